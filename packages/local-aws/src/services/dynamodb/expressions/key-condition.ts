import type { AttributeValue } from "../values/attribute-value.ts";
import type { Condition, Operand } from "./condition.ts";
import { ExpressionError } from "./syntax.ts";

export type KeyOperator = "=" | "<" | "<=" | ">" | ">=" | "between" | "begins_with";

/** What a query requires of one key attribute. */
export interface KeyCondition {
  operator: KeyOperator;
  /** One value; `between` has two. */
  values: AttributeValue[];
}

/** A problem that DynamoDB reports without naming the expression first. */
export class KeyConditionError extends ExpressionError {}

const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/** The constraint of a key condition on each attribute. @throws ExpressionError if it is not a key condition. */
export function keyConditions(condition: Condition): Map<string, KeyCondition> {
  const found = new Map<string, KeyCondition>();
  collect(condition, found);
  return found;
}

function collect(condition: Condition, found: Map<string, KeyCondition>): void {
  switch (condition.kind) {
    case "and":
      collect(condition.left, found);
      collect(condition.right, found);
      return;
    case "compare": {
      const { operator, left, right } = condition;
      if (operator === "<>") throw notIndexable("<>");
      const mirrored = left.kind !== "path";
      const attribute = attributeOf([left, right]);
      const value = operandValue(mirrored ? left : right);
      add(found, attribute, mirrored ? MIRRORED[operator] : operator, [value]);
      return;
    }
    case "between": {
      checkFirst("BETWEEN", condition.operand);
      const attribute = attributeOf([condition.operand, condition.low, condition.high]);
      const values = [operandValue(condition.low), operandValue(condition.high)];
      add(found, attribute, "between", values);
      return;
    }
    case "begins_with": {
      checkFirst("begins_with", condition.operand);
      const attribute = attributeOf([condition.operand, condition.with]);
      add(found, attribute, "begins_with", [operandValue(condition.with)]);
      return;
    }
    default:
      throw notIndexable(
        condition.kind.includes("_") || condition.kind === "contains"
          ? condition.kind
          : condition.kind.toUpperCase(),
      );
  }
}

function add(
  found: Map<string, KeyCondition>,
  attribute: string,
  operator: KeyOperator,
  values: AttributeValue[],
): void {
  if (found.has(attribute)) {
    throw new ExpressionError("KeyConditionExpressions must only contain one condition per key");
  }
  found.set(attribute, { operator, values });
}

/** The one attribute among a condition's operands. */
function attributeOf(operands: Operand[]): string {
  const paths = operands.flatMap((operand) => (operand.kind === "path" ? [operand.path] : []));
  if (operands.some(({ kind }) => kind === "size")) {
    throw new KeyConditionError("KeyConditionExpressions cannot contain nested operations");
  }
  const [path] = paths;
  if (!path) {
    throw new KeyConditionError(
      "Invalid condition in KeyConditionExpression: No key attribute specified",
    );
  }
  if (paths.length > 1) {
    throw new KeyConditionError(
      "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    );
  }
  if (path.length > 1) {
    throw new ExpressionError(
      "KeyConditionExpressions cannot have conditions on nested attributes",
    );
  }
  return String(path[0]);
}

function operandValue(operand: Operand): AttributeValue {
  if (operand.kind !== "value") throw new Error("a key condition without a value");
  return operand.value;
}

function checkFirst(operator: string, { kind }: Operand): void {
  if (kind === "path") return;
  throw new KeyConditionError(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
  );
}

function notIndexable(operator: string): KeyConditionError {
  return new KeyConditionError(`Invalid operator used in KeyConditionExpression: ${operator}`);
}
