// DynamoDB's numbers: 38 significant digits, 1e-130 to 9.99e125, exact. They are kept as plain decimal text without
// superfluous zeros, so that equal numbers are equal strings.

/** A number apart: `sign` × 0.d₁d₂… × 10^`exponent`; zero has no digits. */
export interface Decimal {
  sign: 1 | -1;
  digits: string;
  exponent: number;
}

const MAX_DIGITS = 38;
const MAX_EXPONENT = 126;
const MIN_EXPONENT = -129;
const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
const PLAIN_INTEGER = /^-?[1-9]\d{0,14}$/;

/** Why DynamoDB cannot store a string as a number, in its wording. */
export class DecimalError extends Error {
  override readonly name = "DecimalError";
}

/** A number's canonical text. @throws DecimalError */
export function canonicalNumber(text: string): string {
  if (PLAIN_INTEGER.test(text) || text === "0") return text;
  return checkedText(parseDecimal(text));
}

/** Parses a number; it may have more digits than can be stored. @throws DecimalError for other strings. */
export function parseDecimal(text: string): Decimal {
  const match = SYNTAX.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || whole.length + fraction.length === 0) {
    throw new DecimalError(
      text === ""
        ? "The parameter cannot be converted to a numeric value"
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const all = whole + fraction;
  let start = 0;
  while (start < all.length && all[start] === "0") start++;
  let end = all.length;
  while (end > start && all[end - 1] === "0") end--;
  if (start === end) return { sign: 1, digits: "", exponent: 0 };
  return {
    sign: match[1] === "-" ? -1 : 1,
    digits: all.slice(start, end),
    exponent: whole.length - start + Number(match[4] ?? 0),
  };
}

/** The exact sum. @throws DecimalError where it cannot be stored. */
export function addNumbers(a: string, b: string): string {
  return sum(a, b, 1);
}

/** The exact difference. @throws DecimalError where it cannot be stored. */
export function subtractNumbers(a: string, b: string): string {
  return sum(a, b, -1);
}

/** Less than 0, 0 or more than 0, as `a` is less than, equal to or greater than `b`; both canonical. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  // Doubles keep 15 digits exactly.
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  const signs = signOf(left) - signOf(right);
  if (signs !== 0) return signs;
  const magnitude =
    left.exponent !== right.exponent
      ? left.exponent - right.exponent
      : compareDigits(left.digits, right.digits);
  return left.sign * magnitude;
}

/** A number's size in bytes: about one for two digits, one more, and one for a minus. */
export function numberSize(text: string): number {
  const { sign, digits, exponent } = parseDecimal(text);
  if (digits === "") return 1;
  const whole = Math.min(Math.max(exponent, 0), digits.length);
  const pairs = Math.ceil(whole / 2) + Math.ceil((digits.length - whole) / 2);
  return pairs + 1 + (sign < 0 ? 1 : 0);
}

function sum(a: string, b: string, factor: 1 | -1): string {
  if (a.length <= 15 && b.length <= 15 && PLAIN_INTEGER.test(a) && PLAIN_INTEGER.test(b)) {
    return String(Number(a) + factor * Number(b));
  }
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  const scale = Math.min(scaleOf(left), scaleOf(right));
  const total = scaled(left, scale) + BigInt(factor) * scaled(right, scale);
  return checkedText(parseDecimal(`${total}e${scale}`));
}

/** The exponent of the last digit. */
function scaleOf({ digits, exponent }: Decimal): number {
  return exponent - digits.length;
}

function scaled(number: Decimal, scale: number): bigint {
  const { sign, digits } = number;
  if (digits === "") return 0n;
  return BigInt(sign) * BigInt(digits) * 10n ** BigInt(scaleOf(number) - scale);
}

function signOf({ sign, digits }: Decimal): number {
  return digits === "" ? 0 : sign;
}

function compareDigits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkedText({ sign, digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  if (digits.length > MAX_DIGITS) {
    throw new DecimalError("Attempting to store more than 38 significant digits in a Number");
  }
  if (exponent > MAX_EXPONENT) {
    throw new DecimalError(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  }
  if (exponent < MIN_EXPONENT) {
    throw new DecimalError(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  }
  return `${sign < 0 ? "-" : ""}${plain(digits, exponent)}`;
}

function plain(digits: string, exponent: number): string {
  if (exponent <= 0) return `0.${"0".repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return digits + "0".repeat(exponent - digits.length);
  return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}
