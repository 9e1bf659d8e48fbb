/** Maximum nesting depth. */
export const MAX_DEPTH = 32;

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/**
 * Reads JSON as I-JSON (RFC 7493) has it: `JSON.parse` keeps the last of two equal keys and accepts half of a
 * surrogate pair, so that two different strings could be taken for the same.
 *
 * @throws SyntaxError saying what is wrong, without repeating what was sent.
 */
export function parseStrictJson(text: string): unknown {
  const value = parse(text);
  if (!text.isWellFormed()) throw new SyntaxError("a string holds half of a surrogate pair");
  // The text is valid JSON here, so scanning for strings and brackets is enough.
  const open: Set<string>[] = [];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === "}" || token === "]") open.pop();
    else if (token === "{" || token === "[") {
      if (open.push(new Set()) > MAX_DEPTH) {
        throw new SyntaxError(`it is nested deeper than ${MAX_DEPTH} levels`);
      }
    } else {
      const string: string = JSON.parse(token);
      if (!string.isWellFormed()) throw new SyntaxError("a string holds half of a surrogate pair");
      if (!isKey(text, index + token.length)) continue;
      const keys = open.at(-1);
      if (keys?.has(string)) throw new SyntaxError("an object has the same key twice");
      keys?.add(string);
    }
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message repeats the text.
    throw new SyntaxError("it is not JSON");
  }
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charAt(at) === ":";
}
