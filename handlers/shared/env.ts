/**
 * The value of an environment variable.
 *
 * @throws Error when it is not set.
 */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; the component that creates this function must set it`);
  }
  return value;
}

/** The value of an environment variable that a stack's settings may omit. */
export function optionalEnv(name: string): string | undefined {
  return process.env[name] || undefined;
}
