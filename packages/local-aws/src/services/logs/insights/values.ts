/** A point in time, which shows itself as `YYYY-MM-DD HH:MM:SS.mmm` and counts as its milliseconds. */
export class Instant {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  toString(): string {
    return new Date(this.ms).toISOString().replace("T", " ").slice(0, -1);
  }
}

/** What a field or a computation has in a row; undefined where the row has no such field. */
export type Value = string | number | boolean | Instant | undefined;

const NUMERIC = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** How a value is shown. As CloudWatch does, true is 1 and false is 0. */
export function textOf(value: Value): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return typeof value === "boolean" ? String(Number(value)) : String(value);
}

/** A value as a number; undefined when it is none. Text that is only a number counts. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (value instanceof Instant) return value.ms;
  return value !== undefined && NUMERIC.test(value) ? Number(value) : undefined;
}

/** Whether a value counts as yes in a condition. */
export function isTrue(value: Value): boolean {
  return value === true || (value !== undefined && value !== false && numberOf(value) !== 0);
}

/** A computed value as CloudWatch returns it: with at most four decimals; none when it is not a finite number. */
export function rounded(value: Value): Value {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? Math.round(value * 10_000) / 10_000 : undefined;
}

/** Whether two values are the same: as numbers when one of them is one, else as text. */
export function equal(left: Value, right: Value): boolean {
  if (typeof left !== "string" || typeof right !== "string") {
    const a = numberOf(left);
    const b = numberOf(right);
    if (a !== undefined && b !== undefined) return a === b;
  }
  return textOf(left) === textOf(right);
}

/** Order of `sort` and of `<`: missing values, then text by CloudWatch's natural order, then numbers. */
export function compare(left: Value, right: Value): number {
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined);
  }
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined) return a - b;
  if (left instanceof Instant || right instanceof Instant) {
    return naturally(String(left), String(right));
  }
  if (a !== undefined || b !== undefined) return a === undefined ? -1 : 1;
  return naturally(String(left), String(right));
}

/** Runs of digits by their length, then their value; everything else by its Unicode value. */
function naturally(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; ) {
    const endA = endOfDigits(a, at);
    const endB = endOfDigits(b, at);
    if (endA > at && endB > at) {
      if (endA !== endB) return endA - endB;
      const digitsA = a.slice(at, endA);
      const digitsB = b.slice(at, endB);
      if (digitsA !== digitsB) return digitsA < digitsB ? -1 : 1;
      at = endA;
      continue;
    }
    const difference = a.charCodeAt(at) - b.charCodeAt(at);
    if (difference !== 0) return difference;
    at++;
  }
  return a.length - b.length;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return end;
}
