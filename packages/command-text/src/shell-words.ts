const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command line that a POSIX shell reads as exactly these words, whatever they contain. */
export function shellWords(...words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
