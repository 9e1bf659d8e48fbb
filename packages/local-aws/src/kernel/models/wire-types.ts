/** A value whose type is not the model's; the message is AWS's wording. */
export class WireTypeError extends Error {
  override readonly name = "WireTypeError";
}

const INT_MAX = 2 ** 31;
const LONG_MAX = 2 ** 63;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const NOT_FINITE: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** Reads a string, number, boolean, blob or timestamp of AWS's JSON. @throws WireTypeError */
export function readScalar(type: string, value: unknown): unknown {
  switch (type) {
    case "string":
      if (typeof value === "string") return value;
      throw mismatch(value, "String");
    case "boolean":
      if (typeof value === "boolean") return value;
      if (typeof value === "string" && /^(true|false)$/i.test(value)) return /^t/i.test(value);
      throw mismatch(value, "Boolean");
    case "integer":
      return wholeNumber(value, "Integer", INT_MAX);
    case "long":
      return wholeNumber(value, "Long", LONG_MAX);
    case "float":
    case "double":
      if (typeof value === "number") return value;
      if (typeof value === "string" && Object.hasOwn(NOT_FINITE, value)) return NOT_FINITE[value];
      throw mismatch(value, type === "float" ? "Float" : "Double");
    case "timestamp":
      return timestamp(value);
    default:
      return blob(value);
  }
}

/** The message where a list or structure is expected and the value has another type. */
export function notACollection(value: unknown): WireTypeError {
  return new WireTypeError(
    Array.isArray(value)
      ? "Start of list found where not expected"
      : typeof value === "object"
        ? "Start of structure or map found where not expected"
        : "Unexpected field type",
  );
}

function wholeNumber(value: unknown, type: string, limit: number): number {
  if (typeof value !== "number") throw mismatch(value, type);
  const whole = Math.trunc(value);
  // Written so that NaN is refused too.
  if (!(whole >= -limit && whole < limit))
    throw new WireTypeError(`Numeric value (${value}) out of range of ${type.toLowerCase()}`);
  return whole;
}

/** Seconds since the epoch; ISO 8601 text is read as well. */
function timestamp(value: unknown): number {
  const seconds = typeof value === "string" ? Date.parse(value) / 1000 : value;
  if (typeof seconds !== "number") throw mismatch(value, "Timestamp");
  // The latest time that JavaScript's Date can hold, which is beyond that of AWS.
  if (!(Math.abs(seconds) <= 8.64e12))
    throw new WireTypeError(`${JSON.stringify(value)} cannot be converted to Timestamp`);
  return seconds;
}

function blob(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean")
    throw new WireTypeError("only base-64-encoded strings are convertible to bytes");
  if (typeof value !== "string") throw notACollection(value);
  if (value.length % 4 !== 0)
    throw new WireTypeError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
    );
  if (!BASE64.test(value))
    throw new WireTypeError("Invalid last non-pad Base64 character dectected");
  return value;
}

function mismatch(value: unknown, type: string): WireTypeError {
  if (Array.isArray(value))
    return new WireTypeError(`Unrecognized collection type class java.lang.${type}`);
  if (typeof value === "object") return notACollection(value);
  return new WireTypeError(`${tokenOf(value)} cannot be converted to ${type}`);
}

function tokenOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  if (typeof value === "string") return "STRING_VALUE";
  return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
}
