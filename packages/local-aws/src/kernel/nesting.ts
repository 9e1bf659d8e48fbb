/** How deep JSON from outside may nest. Code that walks it is recursive, and the stack is limited. */
export const MAX_NESTING = 500;

/**
 * Parses JSON from outside.
 *
 * @throws SyntaxError when it is not JSON, or nests too deep.
 */
// biome-ignore lint/suspicious/noExplicitAny: as JSON.parse
export function parseJson(text: string): any {
  refuseDeepNesting(text, "[{", "]}", '"');
  return JSON.parse(text);
}

/** The JSON object in a string; undefined for anything else. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parseJson(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks an expression from outside before it is parsed. Brackets in quotes count as well: none that people write comes
 * near the limit.
 *
 * @throws SyntaxError when its parentheses nest too deep.
 */
export function refuseDeepExpression(text: string): void {
  refuseDeepNesting(text, "([{", ")]}", "");
}

function refuseDeepNesting(text: string, openers: string, closers: string, quote: string): void {
  // Each level takes a character to open it.
  if (text.length <= MAX_NESTING) return;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === "\\" && isQuoted) at++;
    else if (character === quote) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (openers.includes(character)) {
      if (++depth > MAX_NESTING) {
        throw new SyntaxError(`it nests more than ${MAX_NESTING} levels deep`);
      }
    } else if (closers.includes(character)) depth--;
  }
}
