import { ServiceError } from "../../../kernel/service-error.ts";
import {
  ATTRIBUTE_TYPES,
  type AttributeType,
  type AttributeValue,
  type Item,
  setAttribute,
} from "./attribute-value.ts";
import { canonicalNumber, compareNumbers, DecimalError } from "./decimal.ts";

/** Lists and maps inside one another. */
const MAX_NESTING = 32;

export const NESTING_EXCEEDED =
  "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

const TYPES: ReadonlySet<string> = new Set(ATTRIBUTE_TYPES);
const INVALID = "One or more parameter values were invalid: ";

/** Why a value cannot be stored, in DynamoDB's wording. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/** The value in its canonical form: numbers without superfluous zeros, sets in order. @throws ValueError */
export function checkValue(value: unknown, depth = 0): AttributeValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed("Start of structure or map found where not expected");
  }
  const types = Object.keys(value).filter(
    (key) => TYPES.has(key) && (value as Record<string, unknown>)[key] != null,
  );
  const [type] = types as AttributeType[];
  if (!type) {
    throw new ValueError(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    );
  }
  if (types.length > 1) {
    throw new ValueError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  return checkMember(type, (value as Record<string, unknown>)[type], depth);
}

/** An item or a key in its canonical form. @throws ValueError */
export function checkItem(item: unknown, depth = 0): Item {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw malformed("Unexpected field type");
  }
  const checked: Item = {};
  for (const [name, value] of Object.entries(item)) {
    if (value != null) setAttribute(checked, name, checkValue(value, depth));
  }
  return checked;
}

function checkMember(type: AttributeType, value: unknown, depth: number): AttributeValue {
  switch (type) {
    case "S":
      return { S: text(value) };
    case "N":
      return { N: number(value) };
    case "B":
      return { B: binary(value) };
    case "BOOL":
      return { BOOL: boolean(value) };
    case "NULL":
      if (boolean(value)) return { NULL: true };
      throw new ValueError(`${INVALID}Null attribute value types must have the value of true`);
    case "SS":
      return { SS: stringSet(list(value).map(text)) };
    case "NS":
      return { NS: numberSet(list(value).map(number)) };
    case "BS":
      return { BS: binarySet(list(value).map(binary)) };
    case "L":
      return { L: list(value).map((element) => checkValue(element, deeper(depth))) };
    case "M":
      return { M: checkItem(value, deeper(depth)) };
  }
}

function deeper(depth: number): number {
  if (depth >= MAX_NESTING) throw new ValueError(NESTING_EXCEEDED);
  return depth + 1;
}

function stringSet(members: string[]): string[] {
  if (members.length === 0) throw new ValueError(`${INVALID}An string set  may not be empty`);
  if (new Set(members).size < members.length) {
    throw new ValueError(`${INVALID}Input collection [${members.join(", ")}] contains duplicates.`);
  }
  return sortStrings(members);
}

function numberSet(members: string[]): string[] {
  if (members.length === 0) throw new ValueError(`${INVALID}An number set  may not be empty`);
  if (new Set(members).size < members.length) {
    throw new ValueError("Input collection contains duplicates");
  }
  return sortNumbers(members);
}

function binarySet(members: string[]): string[] {
  if (members.length === 0) throw new ValueError(`${INVALID}Binary sets should not be empty`);
  if (new Set(members).size < members.length) {
    throw new ValueError(
      `${INVALID}Input collection [${members.join(", ")}]of type BS contains duplicates.`,
    );
  }
  return sortBinaries(members);
}

/** The members of a string set as DynamoDB returns them: sorted by their bytes. */
export function sortStrings(members: string[]): string[] {
  return members.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The members of a number set as DynamoDB returns them: sorted by value. */
export function sortNumbers(members: string[]): string[] {
  return members.sort(compareNumbers);
}

/** The members of a binary set as DynamoDB returns them: sorted by their bytes. */
export function sortBinaries(members: string[]): string[] {
  return members.sort((a, b) => Buffer.compare(Buffer.from(a, "base64"), Buffer.from(b, "base64")));
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw mismatch(value, "String");
}

function number(value: unknown): string {
  try {
    return canonicalNumber(text(value));
  } catch (error) {
    if (error instanceof DecimalError) throw new ValueError(error.message);
    throw error;
  }
}

function binary(value: unknown): string {
  if (typeof value !== "string") {
    throw malformed("only base-64-encoded strings are convertible to bytes");
  }
  if (value.length % 4 !== 0) {
    throw malformed(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
    );
  }
  if (Buffer.from(value, "base64").toString("base64") !== value) {
    throw malformed("Invalid last non-pad Base64 character dectected");
  }
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") throw mismatch(value, "Boolean");
  if (/^(true|1|yes)$/i.test(value)) return true;
  if (/^(false|0|no)$/i.test(value)) return false;
  throw malformed("Unexpected token received from parser");
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed("Unexpected field type");
}

function mismatch(value: unknown, type: string): ServiceError {
  if (typeof value === "number") {
    const kind = Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
    return malformed(`${kind} cannot be converted to ${type}`);
  }
  if (typeof value === "boolean") {
    return malformed(`${value ? "TRUE_VALUE" : "FALSE_VALUE"} cannot be converted to ${type}`);
  }
  return malformed(
    Array.isArray(value)
      ? `Unrecognized collection type class java.lang.${type}`
      : "Start of structure or map found where not expected",
  );
}

function malformed(message: string): ServiceError {
  return new ServiceError("SerializationException", message);
}
