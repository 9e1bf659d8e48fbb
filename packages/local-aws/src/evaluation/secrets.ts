// Pulumi's wire form of a secret: an object with this marker, and the plain value beside it.
const MARKER = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Whether the value is a secret in Pulumi's wire form. */
export function isSecret(value: unknown): boolean {
  return wrapped(value) !== undefined;
}

/** The value with every secret inside it in clear. Assets and archives are left as they are. */
export function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (value === null || typeof value !== "object") return value;
  const secret = wrapped(value);
  if (secret) return reveal(secret["value"]);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

function wrapped(value: unknown): Record<string, unknown> | undefined {
  if (value === null || typeof value !== "object" || !(MARKER in value)) return undefined;
  return value[MARKER] === SECRET ? (value as Record<string, unknown>) : undefined;
}
