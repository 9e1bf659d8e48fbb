import { validationError } from "../dynamo-error.ts";
import type { Condition } from "../expressions/condition.ts";
import type { KeyCondition, KeyOperator } from "../expressions/key-condition.ts";
import { type AttributeType, type AttributeValue, typeOf } from "../values/attribute-value.ts";
import { checkValue, ValueError } from "../values/check-value.ts";
import { compareValues } from "../values/compare.ts";

// ScanFilter, QueryFilter, KeyConditions and Expected, translated to expressions.

interface LegacyCondition {
  ComparisonOperator?: string;
  AttributeValueList?: unknown[];
  Value?: unknown;
  Exists?: boolean;
}

interface Rule {
  /** The number of its values: at least, at most. */
  count: [number, number];
  types: readonly AttributeType[];
}

const INVALID = "One or more parameter values were invalid: ";
const ALL: readonly AttributeType[] = ["S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"];
const SCALARS: readonly AttributeType[] = ["S", "N", "B"];
const RULES: Readonly<Record<string, Rule>> = {
  EQ: { count: [1, 1], types: ALL },
  NE: { count: [1, 1], types: ALL },
  LE: { count: [1, 1], types: SCALARS },
  LT: { count: [1, 1], types: SCALARS },
  GE: { count: [1, 1], types: SCALARS },
  GT: { count: [1, 1], types: SCALARS },
  CONTAINS: { count: [1, 1], types: [...SCALARS, "BOOL", "NULL"] },
  NOT_CONTAINS: { count: [1, 1], types: [...SCALARS, "BOOL", "NULL"] },
  BEGINS_WITH: { count: [1, 1], types: ["S", "B"] },
  IN: { count: [1, Number.POSITIVE_INFINITY], types: SCALARS },
  BETWEEN: { count: [2, 2], types: SCALARS },
  NULL: { count: [0, 0], types: [] },
  NOT_NULL: { count: [0, 0], types: [] },
};
const COMPARATORS = { EQ: "=", NE: "<>", LE: "<=", LT: "<", GE: ">=", GT: ">" } as const;

/** The condition of a ScanFilter or QueryFilter. @throws ServiceError */
export function filterCondition(filter: unknown, operator: unknown): Condition | undefined {
  const conditions = Object.entries(filter as Record<string, LegacyCondition>).map(
    ([name, condition]) => conditionOf(name, condition),
  );
  return combined(conditions, operator);
}

/** The condition of `Expected`. @throws ServiceError */
export function expectedCondition(expected: unknown, operator: unknown): Condition | undefined {
  const conditions = Object.entries(expected as Record<string, LegacyCondition>).map(
    ([name, condition]) => expectedOf(name, condition),
  );
  return combined(conditions, operator);
}

/** What KeyConditions require of each key attribute. @throws ServiceError */
export function legacyKeyConditions(conditions: unknown): Map<string, KeyCondition> {
  const found = new Map<string, KeyCondition>();
  for (const [name, condition] of Object.entries(conditions as Record<string, LegacyCondition>)) {
    const { operator, values } = checked(condition);
    const key = keyOperator(operator);
    if (!key) {
      throw validationError("Attempted conditional constraint is not an indexable operation");
    }
    found.set(name, { operator: key, values });
  }
  return found;
}

function keyOperator(operator: string): KeyOperator | undefined {
  if (operator === "BETWEEN") return "between";
  if (operator === "BEGINS_WITH") return "begins_with";
  const comparator = COMPARATORS[operator as keyof typeof COMPARATORS];
  return comparator === "<>" ? undefined : comparator;
}

function expectedOf(name: string, condition: LegacyCondition): Condition {
  const { ComparisonOperator, AttributeValueList, Value, Exists } = condition;
  const path = [name];
  if (AttributeValueList && Value !== undefined) {
    throw validationError(
      `${INVALID}Value and AttributeValueList cannot be used together for Attribute: ${name}`,
    );
  }
  if (ComparisonOperator !== undefined) {
    if (Exists !== undefined) {
      throw validationError(
        `${INVALID}Exists and ComparisonOperator cannot be used together for Attribute: ${name}`,
      );
    }
    const needsValue = ComparisonOperator !== "NULL" && ComparisonOperator !== "NOT_NULL";
    if (needsValue && !AttributeValueList && Value === undefined) {
      throw validationError(
        `${INVALID}Value or AttributeValueList must be used with ComparisonOperator: ${ComparisonOperator} for Attribute: ${name}`,
      );
    }
    const list = AttributeValueList ?? (Value === undefined ? [] : [Value]);
    return conditionOf(name, { ComparisonOperator, AttributeValueList: list });
  }
  if (AttributeValueList) {
    throw validationError(
      `${INVALID}AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`,
    );
  }
  if (Exists === false) {
    if (Value === undefined) return { kind: "attribute_not_exists", path };
    throw validationError(
      `${INVALID}Value cannot be used when Exists is false for Attribute: ${name}`,
    );
  }
  if (Value === undefined) {
    throw validationError(
      `${INVALID}Value must be provided when Exists is ${Exists ?? "null"} for Attribute: ${name}`,
    );
  }
  return conditionOf(name, { ComparisonOperator: "EQ", AttributeValueList: [Value] });
}

function conditionOf(name: string, condition: LegacyCondition): Condition {
  const { operator, values } = checked(condition);
  const operand = { kind: "path", path: [name] } as const;
  const operands = values.map((value) => ({ kind: "value", value }) as const);
  const [first, second] = operands;
  if (operator === "NULL") return { kind: "attribute_not_exists", path: operand.path };
  if (operator === "NOT_NULL") return { kind: "attribute_exists", path: operand.path };
  if (!first) throw new Error(`${operator} without a value`);
  switch (operator) {
    case "IN":
      return { kind: "in", operand, list: operands };
    case "BETWEEN":
      return { kind: "between", operand, low: first, high: second ?? first };
    case "BEGINS_WITH":
      return { kind: "begins_with", operand, with: first };
    case "CONTAINS":
      return { kind: "contains", operand, with: first };
    case "NOT_CONTAINS":
      return { kind: "not", operand: { kind: "contains", operand, with: first } };
    default: {
      const comparator = COMPARATORS[operator as keyof typeof COMPARATORS];
      return { kind: "compare", operator: comparator, left: operand, right: first };
    }
  }
}

function checked({ ComparisonOperator: operator = "", AttributeValueList = [] }: LegacyCondition) {
  const rule = RULES[operator];
  if (!rule) throw validationError(`Unsupported operator on KeyCondition: ${operator}`);
  const values = AttributeValueList.map(checkedValue);
  const [least, most] = rule.count;
  if (values.length < least || values.length > most) {
    throw validationError(
      `${INVALID}Invalid number of argument(s) for the ${operator} ComparisonOperator`,
    );
  }
  const types = values.map(typeOf);
  if (types.some((type) => type !== types[0])) {
    throw validationError(
      `${INVALID}AttributeValues inside AttributeValueList must be of same type`,
    );
  }
  const wrong = types.find((type) => !rule.types.includes(type));
  if (wrong) {
    throw validationError(
      `${INVALID}ComparisonOperator ${operator} is not valid for ${wrong} AttributeValue type`,
    );
  }
  const [low, high] = values;
  if (operator === "BETWEEN" && low && high && (compareValues(low, high) ?? 0) > 0) {
    throw validationError(
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    );
  }
  return { operator, values };
}

function checkedValue(value: unknown): AttributeValue {
  try {
    return checkValue(value);
  } catch (error) {
    if (error instanceof ValueError) throw validationError(error.message);
    throw error;
  }
}

function combined(conditions: Condition[], operator: unknown): Condition | undefined {
  const kind = operator === "OR" ? "or" : "and";
  return conditions.reduce<Condition | undefined>(
    (left, right) => (left ? { kind, left, right } : right),
    undefined,
  );
}
