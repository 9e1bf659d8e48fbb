import type { Readable } from "node:stream";

// CloudWatch Logs accepts no longer events, and an endless line must not fill the memory.
const MAX_LINE = 256 * 1024;

/**
 * Calls back for each line of a stream, without its line feed. A carriage return ends no line: Lambda's text format
 * keeps the lines of one record together with it. Lines over 256 Ki characters are split.
 */
export function splitLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) inParts(line, onLine);
    if (rest.length > MAX_LINE) {
      inParts(rest, onLine);
      rest = "";
    }
  });
  stream.on("end", () => {
    if (rest) inParts(rest, onLine);
  });
}

function inParts(line: string, onLine: (line: string) => void): void {
  for (let start = 0; start === 0 || start < line.length; start += MAX_LINE) {
    onLine(line.slice(start, start + MAX_LINE));
  }
}
