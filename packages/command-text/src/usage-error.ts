/** A mistake of whoever typed a command; the message says what to type. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
