import { fitsPieces } from "../wildcard-pieces.ts";

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
  return fitsPieces(wildcardPieces(pattern), text);
}
