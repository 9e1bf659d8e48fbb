/** A number as AWS writes doubles: always with a point, e.g. `30.0`. */
export function double(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value);
}

// Node.js 24 has it; the types of TypeScript's library do not yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** The same for `JSON.stringify`. */
export function jsonDouble(value: number): unknown {
  return rawJSON(double(value));
}
