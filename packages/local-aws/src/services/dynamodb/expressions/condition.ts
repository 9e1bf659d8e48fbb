import { type AttributeValue, type Item, typeOf } from "../values/attribute-value.ts";
import { compareValues, equalValues } from "../values/compare.ts";
import { valueAt } from "./document-path.ts";
import type { Comparator, Path } from "./syntax.ts";

/** What a condition compares. */
export type Operand =
  | { kind: "path"; path: Path }
  | { kind: "value"; value: AttributeValue }
  | { kind: "size"; operand: Operand };

/** A condition that is ready for an item. */
export type Condition =
  | { kind: "compare"; operator: Comparator; left: Operand; right: Operand }
  | { kind: "between"; operand: Operand; low: Operand; high: Operand }
  | { kind: "in"; operand: Operand; list: Operand[] }
  | { kind: "and" | "or"; left: Condition; right: Condition }
  | { kind: "not"; operand: Condition }
  | { kind: "attribute_exists" | "attribute_not_exists"; path: Path }
  | { kind: "attribute_type"; path: Path; type: string }
  | { kind: "begins_with" | "contains"; operand: Operand; with: Operand };

/** Whether a condition holds for an item. A comparison with a missing attribute is false, except for `<>`. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item) && holds(condition.right, item);
    case "or":
      return holds(condition.left, item) || holds(condition.right, item);
    case "not":
      return !holds(condition.operand, item);
    case "compare":
      return compare(condition.operator, read(condition.left, item), read(condition.right, item));
    case "between": {
      const value = read(condition.operand, item);
      return (
        compare(">=", value, read(condition.low, item)) &&
        compare("<=", value, read(condition.high, item))
      );
    }
    case "in": {
      const value = read(condition.operand, item);
      return condition.list.some((operand) => compare("=", value, read(operand, item)));
    }
    case "attribute_exists":
      return valueAt(item, condition.path) !== undefined;
    case "attribute_not_exists":
      return valueAt(item, condition.path) === undefined;
    case "attribute_type": {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case "begins_with":
      return beginsWith(read(condition.operand, item), read(condition.with, item));
    case "contains":
      return contains(read(condition.operand, item), read(condition.with, item));
  }
}

function read(operand: Operand, item: Item): AttributeValue | undefined {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "path") return valueAt(item, operand.path);
  const size = sizeOf(read(operand.operand, item));
  return size === undefined ? undefined : { N: String(size) };
}

function compare(
  operator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (!left || !right) return operator === "<>";
  if (operator === "=") return equalValues(left, right);
  if (operator === "<>") return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  if (operator === ">") return order > 0;
  return order >= 0;
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (!value) return undefined;
  if (value.M) return Object.keys(value.M).length;
  if (value.B !== undefined) return Buffer.byteLength(value.B, "base64");
  return (value.S ?? value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined) {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B === undefined || prefix?.B === undefined) return false;
  const bytes = Buffer.from(value.B, "base64");
  const start = Buffer.from(prefix.B, "base64");
  return bytes.subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!value || !part) return false;
  if (value.L) return value.L.some((element) => equalValues(element, part));
  if (part.S !== undefined) return (value.S ?? value.SS)?.includes(part.S) ?? false;
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false;
  if (part.B === undefined) return false;
  if (value.BS) return value.BS.includes(part.B);
  if (value.B === undefined) return false;
  return Buffer.from(value.B, "base64").includes(Buffer.from(part.B, "base64"));
}
