import {
  ATTRIBUTE_TYPES,
  type AttributeType,
  type AttributeValue,
  typeOf,
} from "../values/attribute-value.ts";
import { compareValues } from "../values/compare.ts";
import type { Condition, Operand } from "./condition.ts";
import { pathText, samePath } from "./document-path.ts";
import type { Placeholders } from "./placeholders.ts";
import { type Comparator, ExpressionError, type Path, type SyntaxNode } from "./syntax.ts";

const MAX_LIST = 100;
const ORDERED: readonly AttributeType[] = ["S", "N", "B"];
const TEXTS: readonly AttributeType[] = ["S", "B"];
const SIZED: readonly AttributeType[] = ["S", "B", "SS", "NS", "BS", "L", "M"];
const OPERANDS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

/** Fills in a condition's placeholders and checks its operands. @throws ExpressionError */
export function bindCondition(node: SyntaxNode, placeholders: Placeholders): Condition {
  switch (node.kind) {
    case "and":
    case "or": {
      const left = bindCondition(node.left, placeholders);
      return { kind: node.kind, left, right: bindCondition(node.right, placeholders) };
    }
    case "not":
      return { kind: "not", operand: bindCondition(node.operand, placeholders) };
    case "compare":
      return bindComparison(
        node.operator,
        bindOperand(node.left, placeholders),
        bindOperand(node.right, placeholders),
      );
    case "between":
      return bindBetween(
        bindOperand(node.operand, placeholders),
        bindOperand(node.low, placeholders),
        bindOperand(node.high, placeholders),
      );
    case "in":
      return bindIn(
        bindOperand(node.operand, placeholders),
        node.list.map((operand) => bindOperand(operand, placeholders)),
      );
    case "call":
      return bindFunction(node.name, bindOperands(node.name, node.args, placeholders));
    default:
      throw new Error(`${node.kind} is not a condition`);
  }
}

function bindOperand(node: SyntaxNode, placeholders: Placeholders): Operand {
  if (node.kind === "value") return { kind: "value", value: placeholders.value(node.name) };
  if (node.kind === "path") return { kind: "path", path: placeholders.path(node.path) };
  if (node.kind !== "call") throw new Error(`${node.kind} is not an operand`);
  const [operand] = bindOperands(node.name, node.args, placeholders) as [Operand];
  checkType(node.name, operand, SIZED);
  return { kind: "size", operand };
}

function bindOperands(name: string, args: SyntaxNode[], placeholders: Placeholders): Operand[] {
  if (args.length !== OPERANDS[name]) throw wrongNumber(name, args.length);
  return args.map((arg) => bindOperand(arg, placeholders));
}

function bindComparison(operator: Comparator, left: Operand, right: Operand): Condition {
  checkDistinct(operator, left, [right]);
  if (operator !== "=" && operator !== "<>") {
    checkType(operator, left, ORDERED);
    checkType(operator, right, ORDERED);
  }
  return { kind: "compare", operator, left, right };
}

function bindBetween(operand: Operand, low: Operand, high: Operand): Condition {
  checkDistinct("BETWEEN", operand, [low, high]);
  for (const bound of [operand, low, high]) checkType("BETWEEN", bound, ORDERED);
  if (low.kind === "value" && high.kind === "value") {
    const bounds = `lower bound operand: ${boundText(low.value)}, upper bound operand: ${boundText(high.value)}`;
    const order = compareValues(low.value, high.value);
    if (order === undefined) {
      throw new ExpressionError(
        `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
      );
    }
    if (order > 0) {
      throw new ExpressionError(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      );
    }
  }
  return { kind: "between", operand, low, high };
}

function bindIn(operand: Operand, list: Operand[]): Condition {
  if (list.length > MAX_LIST) {
    throw new ExpressionError(
      `The IN operator is provided with too many operands; number of operands: ${list.length}`,
    );
  }
  checkDistinct("IN", operand, list);
  return { kind: "in", operand, list };
}

function bindFunction(name: string, [operand, second]: Operand[]): Condition {
  if (!operand) throw new Error(`${name} has no operand`);
  if (name === "attribute_exists" || name === "attribute_not_exists") {
    return { kind: name, path: pathOf(name, operand) };
  }
  if (!second) throw new Error(`${name} has one operand`);
  if (name === "attribute_type") {
    return { kind: name, path: pathOf(name, operand), type: typeName(second) };
  }
  if (name !== "begins_with" && name !== "contains") throw new Error(`${name} is not a condition`);
  checkDistinct(name, operand, [second]);
  if (name === "begins_with") {
    checkType(name, operand, TEXTS);
    checkType(name, second, TEXTS);
  }
  return { kind: name, operand, with: second };
}

function typeName(operand: Operand): string {
  if (operand.kind !== "value") {
    throw wrongType(
      "attribute_type",
      operand.kind === "size" ? "N" : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
    );
  }
  const { S: type } = operand.value;
  if (type === undefined) throw wrongType("attribute_type", typeOf(operand.value));
  if (ATTRIBUTE_TYPES.some((known) => known === type)) return type;
  throw new ExpressionError(
    `Invalid attribute type name found; type: ${type}, valid types: {${ATTRIBUTE_TYPES.join(",")}}`,
  );
}

function pathOf(name: string, operand: Operand): Path {
  if (operand.kind === "path") return operand.path;
  throw needsPath(name);
}

function checkType(name: string, operand: Operand, allowed: readonly AttributeType[]): void {
  if (operand.kind === "path") return;
  const type = operand.kind === "size" ? "N" : typeOf(operand.value);
  if (!allowed.includes(type)) throw wrongType(name, type);
}

function checkDistinct(name: string, first: Operand, rest: Operand[]): void {
  if (first.kind !== "path") return;
  for (const operand of rest) {
    if (operand.kind !== "path" || !samePath(first.path, operand.path)) continue;
    throw new ExpressionError(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${pathText(first.path)}`,
    );
  }
}

function boundText(value: AttributeValue): string {
  const type = typeOf(value);
  return `AttributeValue: {${type}:${value[type]}}`;
}

/** The error for an operand of a type that an operator or function does not take. */
export function wrongType(name: string, type: string): ExpressionError {
  return new ExpressionError(
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
  );
}

/** The error for a function with too few or too many operands. */
export function wrongNumber(name: string, count: number): ExpressionError {
  return new ExpressionError(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
}

/** The error for a function whose first operand must be a path. */
export function needsPath(name: string): ExpressionError {
  return new ExpressionError(
    `Operator or function requires a document path; operator or function: ${name}`,
  );
}
