/**
 * Whether the text matches a pattern with `*` and `?`. Patterns come from outside: the time grows with the
 * product of both lengths at most.
 */
export function like(pattern: string, text: string, ignoreCase = false): boolean {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  const given = ignoreCase ? text.toLowerCase() : text;
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let index = 0; index < given.length; ) {
    const char = wanted[at];
    if (char === "*") {
      star = at++;
      resumeAt = index;
    } else if (char !== undefined && (char === "?" || char === given[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resumeAt;
    } else return false;
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
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
