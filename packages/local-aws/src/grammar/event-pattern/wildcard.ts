/**
 * Splits a wildcard pattern at its unescaped `*` into the literal pieces between them.
 *
 * @throws RangeError with AWS's words for two `*` in a row or a stray backslash.
 */
export function wildcardPieces(pattern: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") {
      const escaped = pattern[at + 1];
      if (escaped !== "*" && escaped !== "\\") {
        throw new RangeError(`Invalid escape character at pos ${at}`);
      }
      piece += escaped;
      at++;
    } else if (character === "*") {
      if (pattern[at + 1] === "*") {
        throw new RangeError(`Consecutive wildcard characters at pos ${at}`);
      }
      pieces.push(piece);
      piece = "";
    } else {
      piece += character;
    }
  }
  return [...pieces, piece];
}

/** Whether the text fits a wildcard pattern: `*` stands for any run of characters, `\*` for itself. */
export function wildcardMatches(pattern: string, text: string): boolean {
  const pieces = wildcardPieces(pattern);
  const first = pieces[0] ?? "";
  if (pieces.length === 1) return text === first;
  const last = pieces.at(-1) ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
