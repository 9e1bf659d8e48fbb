const DEEPEST = 8;

/** The value of JSON text; the text itself where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The first text or number with this key in a value, also inside of JSON text; the outermost wins. */
export function findText(value: unknown, key: string): string | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const one of level) {
      const node = typeof one === "string" && /^\s*[{[]/.test(one) ? parsed(one) : one;
      if (typeof node !== "object" || node === null) continue;
      const found = plainText((node as Record<string, unknown>)[key]);
      if (found !== undefined) return found;
      next.push(...Object.values(node));
    }
    level = next;
  }
  return undefined;
}

/** A string, a number, or either as a DynamoDB attribute value. */
function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  const { S, N } = (typeof value === "object" && value !== null ? value : {}) as {
    S?: unknown;
    N?: unknown;
  };
  return typeof S === "string" ? S : typeof N === "string" ? N : undefined;
}
