/** The value at a dotted name such as `context.identity.sourceIp`. */
export function readVariable(scope: Readonly<Record<string, unknown>>, name: string): unknown {
  let at: unknown = scope;
  for (const part of name.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}
