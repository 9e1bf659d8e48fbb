/** The columns of a terminal; 80 where there is none, as in a pipe. */
export function terminalColumns(stream: { columns?: number } = process.stdout): number {
  return Math.max(MIN_COLUMNS, stream.columns || DEFAULT_COLUMNS);
}

const MIN_COLUMNS = 40;
const DEFAULT_COLUMNS = 80;
const CONTINUED = "  ";

/** Text in lines of so many columns, broken between words; a word that is longer is cut where it has to be. */
export function wrap(text: string, columns: number, indent = ""): string[] {
  return broken(text, columns - indent.length).map((line) => indent + line);
}

/**
 * A shell command in lines of so many columns, which can be pasted as they are: all but the last end with a backslash. JSON in
 * single quotes is broken at its spaces.
 */
export function wrapCommand(command: string, columns: number, indent = ""): string[] {
  const room = columns - indent.length - CONTINUED.length - " \\".length;
  const parts = command.match(/(?:-\w +)?(?:"[^"]*"|'[^']*'|\S)+/g) ?? [];
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + 1 + part.length <= room;
    if (fits) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines.flatMap((line, index) => {
    const start = index > 0 ? CONTINUED : "";
    const end = index < lines.length - 1 ? " \\" : "";
    const shown = /'[{[]/.test(line) ? broken(line, room).join(`\n${indent}${CONTINUED}`) : line;
    return `${indent}${start}${shown}${end}`.split("\n");
  });
}

function broken(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    for (; line.length > columns; line = word) {
      lines.push(line.slice(0, columns));
      word = line.slice(columns);
    }
  }
  return [...lines, line];
}
