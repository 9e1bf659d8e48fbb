import { fitsPieces } from "../wildcard-pieces.ts";
import { type JsonTokens, PatternError } from "./json-tokens.ts";

// Above this many states AWS refuses a pattern; its own example of a rule that is too complex has six.
const MAX_WILDCARDS = 5;

/** Checks a wildcard pattern that was read. @throws PatternError with AWS's message. */
export function checkWildcard(tokens: JsonTokens): void {
  const pattern = tokens.text;
  let pieces: string[] = [];
  try {
    pieces = wildcardPieces(pattern);
  } catch (error) {
    tokens.fail((error as Error).message);
  }
  if (pieces.length - 1 > MAX_WILDCARDS) {
    throw new PatternError(
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
    );
  }
}

/**
 * Splits a wildcard pattern at its unescaped `*` into the literal pieces between them.
 *
 * @throws RangeError with AWS's message for two `*` in a row or a stray backslash; AWS counts a quote before the pattern.
 */
function wildcardPieces(pattern: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") {
      const escaped = pattern[at + 1];
      if (escaped !== "*" && escaped !== "\\") {
        throw new RangeError(`Invalid escape character at pos ${at + 1}`);
      }
      piece += escaped;
      at++;
    } else if (character === "*") {
      if (pattern[at + 1] === "*") {
        throw new RangeError(`Consecutive wildcard characters at pos ${at + 1}`);
      }
      pieces.push(piece);
      piece = "";
    } else {
      piece += character;
    }
  }
  return [...pieces, piece];
}

/** Whether the string matches a wildcard pattern: `*` matches any run of characters, `\*` itself. */
export function wildcardMatches(pattern: string, text: string): boolean {
  return fitsPieces(wildcardPieces(pattern), text);
}
