import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { parseJson } from "../../kernel/nesting.ts";
import { DataError } from "./states-error.ts";

/** Where intrinsic functions take chance from. */
export interface Chance {
  random: () => number;
  newId: () => string;
}

type Intrinsic = (args: readonly unknown[], chance: Chance) => unknown;

// AWS's limits on what the functions take.
const MAX_TEXT = 10_000;
const MAX_RANGE = 1000;
const HASHES: Record<string, string> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

const INTRINSICS: Record<string, Intrinsic> = {
  Format: ([template, ...values]) => format(text(template), values),
  // What is empty is nothing.
  StringToJson: ([source]) => (text(source).trim() === "" ? null : parseJson(text(source))),
  JsonToString: ([value]) => JSON.stringify(value),
  Array: (values) => [...values],
  ArrayPartition: ([values, size]) => partition(list(values), whole(size)),
  ArrayContains: ([values, value]) =>
    list(values).some((member) => isDeepStrictEqual(member, value)),
  ArrayRange: ([first, last, step]) => range(whole(first), whole(last), whole(step)),
  ArrayGetItem: ([values, index]) => itemAt(list(values), whole(index)),
  ArrayLength: ([values]) => list(values).length,
  ArrayUnique: ([values]) => unique(list(values)),
  Base64Encode: ([value]) => Buffer.from(short(value)).toString("base64"),
  Base64Decode: ([value]) => Buffer.from(short(value), "base64").toString(),
  Hash: ([value, algorithm]) => hash(value, text(algorithm)),
  JsonMerge: ([left, right, deep]) => merge(left, right, deep),
  MathRandom: ([start, end, seed], { random }) =>
    randomBetween(whole(start), whole(end), seed === undefined ? random : seeded(whole(seed))),
  MathAdd: ([left, right]) => add(whole(left), whole(right)),
  StringSplit: ([source, separators]) => split(text(source), text(separators)),
  UUID: (_, { newId }) => newId(),
};

// The number of arguments of each function, if it is fixed.
const ARITY: Record<string, readonly [least: number, most: number]> = {
  Format: [1, Number.POSITIVE_INFINITY],
  Array: [0, Number.POSITIVE_INFINITY],
  StringToJson: [1, 1],
  JsonToString: [1, 1],
  ArrayPartition: [2, 2],
  ArrayContains: [2, 2],
  ArrayRange: [3, 3],
  ArrayGetItem: [2, 2],
  ArrayLength: [1, 1],
  ArrayUnique: [1, 1],
  Base64Encode: [1, 1],
  Base64Decode: [1, 1],
  Hash: [2, 2],
  JsonMerge: [3, 3],
  MathRandom: [2, 3],
  MathAdd: [2, 2],
  StringSplit: [2, 2],
  UUID: [0, 0],
};

/** Whether `States.<name>` exists and has this number of arguments. */
export function knowsIntrinsic(name: string, count: number): boolean {
  const [least, most] = ARITY[name] ?? [1, 0];
  return count >= least && count <= most;
}

/**
 * Calls `States.<name>`.
 *
 * @throws DataError `States.IntrinsicFailure` when the arguments do not suit the function.
 */
export function callIntrinsic(name: string, args: readonly unknown[], chance: Chance): unknown {
  const intrinsic = INTRINSICS[name];
  if (!intrinsic || !knowsIntrinsic(name, args.length)) {
    throw failure(name, `there is no such function of ${args.length} arguments`);
  }
  try {
    return intrinsic(args, chance);
  } catch (error) {
    throw failure(name, error instanceof Error ? error.message : String(error));
  }
}

/** Removes the escapes of a quoted argument. */
export function unescapeText(escaped: string): string {
  return escaped.replace(/\\(.)/g, "$1");
}

function failure(name: string, reason: string): DataError {
  return new DataError("States.IntrinsicFailure", `The function States.${name} failed: ${reason}`);
}

/** `template` still has its escapes: `\{` is a brace, `{}` a place to fill. */
function format(template: string, values: readonly unknown[]): string {
  let used = 0;
  const filled = template.replace(/\\(.)|\{\}/g, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[used++];
    return formatted(value);
  });
  if (used !== values.length) {
    throw new Error(`the template has ${used} places for ${values.length} values`);
  }
  return filled;
}

/** A value in a string: objects and arrays as Java prints them, `{a=1, b=[x]}`. */
function formatted(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(formatted).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}=${formatted(field)}`);
  return `{${fields.join(", ")}}`;
}

function partition(values: unknown[], size: number): unknown[][] {
  if (size < 1) throw new Error(`the chunk size ${size} must be positive`);
  const chunks: unknown[][] = [];
  for (let at = 0; at < values.length; at += size) chunks.push(values.slice(at, at + size));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error("the increment must not be zero");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) throw new Error(`a range holds at most ${MAX_RANGE} numbers`);
  return Array.from({ length }, (_, index) => first + index * step);
}

function itemAt(values: unknown[], index: number): unknown {
  if (!(index in values)) throw new Error(`index ${index} is outside of ${values.length} items`);
  return values[index];
}

function unique(values: unknown[]): unknown[] {
  return values.filter(
    (value, index) => values.findIndex((other) => isDeepStrictEqual(other, value)) === index,
  );
}

function hash(value: unknown, name: string): string {
  const algorithm = HASHES[name];
  if (!algorithm) throw new Error(`algorithm ${name} is not ${Object.keys(HASHES).join(", ")}`);
  const source = typeof value === "string" ? short(value) : JSON.stringify(value);
  return createHash(algorithm).update(source).digest("hex");
}

function merge(left: unknown, right: unknown, deep: unknown): unknown {
  if (deep !== false) throw new Error("only a shallow merge (false) is supported, as on AWS");
  if (!isRecord(left) || !isRecord(right)) throw new Error("both values must be objects");
  return { ...left, ...right };
}

function randomBetween(start: number, end: number, random: () => number): number {
  if (end <= start) throw new Error(`the end ${end} must be above the start ${start}`);
  return start + Math.floor(random() * (end - start));
}

/** A fixed number per seed; AWS's own sequence is not published. */
function seeded(seed: number): () => number {
  return () => {
    const digest = createHash("sha256").update(String(seed)).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}

function add(left: number, right: number): number {
  const sum = left + right;
  if (sum < -(2 ** 31) || sum >= 2 ** 31) throw new Error(`${sum} leaves the range of 32 bits`);
  return sum;
}

/** Each character of `separators` separates. */
function split(source: string, separators: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of source) {
    if (!separators.includes(character)) piece += character;
    else if (piece) {
      pieces.push(piece);
      piece = "";
    }
  }
  return piece ? [...pieces, piece] : pieces;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`${JSON.stringify(value)} is not a string`);
  return value;
}

function short(value: unknown): string {
  if (text(value).length > MAX_TEXT) throw new Error(`more than ${MAX_TEXT} characters`);
  return text(value);
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${JSON.stringify(value)} is not an array`);
  return value;
}

/** AWS rounds numbers for a function that needs an integer. */
function whole(value: unknown): number {
  if (typeof value !== "number") throw new Error(`${JSON.stringify(value)} is not a number`);
  return Math.round(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
