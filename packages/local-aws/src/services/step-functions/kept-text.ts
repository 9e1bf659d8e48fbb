const TEXTS = new WeakMap<object, string>();

/** Remembers how a value was written: AWS hands on as it was written what no state changes. */
export function keepText(value: unknown, text: string): void {
  if (typeof value === "object" && value !== null) TEXTS.set(value, text);
}

/** The value as JSON: as it was written, where it is the very value that was read. */
export function writeJson(value: unknown): string {
  const kept = typeof value === "object" && value !== null ? TEXTS.get(value) : undefined;
  return kept ?? JSON.stringify(value);
}

/** A list of values, which keeps how each was written. */
export function listOf(values: unknown[]): unknown[] {
  const isKept = (value: unknown) =>
    typeof value === "object" && value !== null && TEXTS.has(value);
  if (values.some(isKept)) TEXTS.set(values, `[${values.map(writeJson).join(",")}]`);
  return values;
}
