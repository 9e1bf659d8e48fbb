const compiled = new Map<string, RegExp>();

/** Whether the text matches a pattern with `*` and `?`. */
export function like(pattern: string, text: string, ignoreCase = false): boolean {
  const key = `${ignoreCase ? "i" : "s"}${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^]*")
      .replaceAll("?", "[^]");
    expression = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
    compiled.set(key, expression);
  }
  return expression.test(text);
}

/** Whether an ARN matches a pattern, each of its six parts for itself, as the Arn conditions compare. */
export function arnLike(pattern: string, arn: string): boolean {
  const wanted = parts(pattern);
  const given = parts(arn);
  if (wanted.length < 6) return like(pattern, arn);
  return wanted.every((part, index) => like(part, given[index] ?? ""));
}

function parts(arn: string): string[] {
  const split = arn.split(":");
  return split.length > 6 ? [...split.slice(0, 5), split.slice(5).join(":")] : split;
}
