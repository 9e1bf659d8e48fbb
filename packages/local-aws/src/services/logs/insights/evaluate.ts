import { FUNCTIONS } from "./functions.ts";
import type { Row } from "./rows.ts";
import type { ArithmeticOperator, ComparisonOperator, Expression } from "./syntax.ts";
import { compare, equal, Instant, isTrue, numberOf, textOf, type Value } from "./values.ts";

/** Computes an expression for a row. */
export type Evaluate = (row: Row) => Value;

const ARITHMETIC: Record<ArithmeticOperator, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
};

const COMPARISONS: Record<ComparisonOperator, (a: Value, b: Value) => boolean> = {
  "=": equal,
  "!=": (a, b) => !equal(a, b),
  "<": (a, b) => comparable(a, b) && compare(a, b) < 0,
  "<=": (a, b) => comparable(a, b) && compare(a, b) <= 0,
  ">": (a, b) => comparable(a, b) && compare(a, b) > 0,
  ">=": (a, b) => comparable(a, b) && compare(a, b) >= 0,
};

/** Makes an expression ready to be computed. A comparison with a field that is missing is false, `!=` too. */
export function compileExpression(expression: Expression): Evaluate {
  switch (expression.kind) {
    case "literal":
      return () => expression.value;
    case "period":
      return () => expression.ms;
    case "field":
      return (row) => row.get(expression.name);
    case "call":
      return call(expression.name, expression.operands.map(compileExpression));
    case "not": {
      const operand = compileExpression(expression.operand);
      return (row) => !isTrue(operand(row));
    }
    case "like":
      return like(expression);
    case "in":
      return among(expression);
    case "binary":
      return binary(expression);
  }
}

function call(name: string, operands: Evaluate[]): Evaluate {
  const run = FUNCTIONS[name]?.run;
  if (!run) throw new Error(`the function ${name} was read but is not there`);
  return (row) => run(operands.map((operand) => operand(row)));
}

function binary({ operator, ...sides }: Extract<Expression, { kind: "binary" }>): Evaluate {
  const left = compileExpression(sides.left);
  const right = compileExpression(sides.right);
  if (operator === "and") return (row) => isTrue(left(row)) && isTrue(right(row));
  if (operator === "or") return (row) => isTrue(left(row)) || isTrue(right(row));
  if (isComparison(operator)) {
    const holds = COMPARISONS[operator];
    return (row) => {
      const a = left(row);
      if (a === undefined) return false;
      const b = right(row);
      return b !== undefined && holds(a, b);
    };
  }
  const compute = ARITHMETIC[operator];
  return (row) => {
    const a = numberOf(left(row));
    const b = numberOf(right(row));
    if (a === undefined || b === undefined) return undefined;
    const result = compute(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
}

function isComparison(operator: string): operator is ComparisonOperator {
  return Object.hasOwn(COMPARISONS, operator);
}

/** Text and a number have an order for `sort`, but neither is less than the other. */
function comparable(a: Value, b: Value): boolean {
  if (a instanceof Instant || b instanceof Instant) return true;
  return (numberOf(a) === undefined) === (numberOf(b) === undefined);
}

function like(expression: Extract<Expression, { kind: "like" }>): Evaluate {
  const { pattern, negated } = expression;
  const subject = compileExpression(expression.subject);
  return (row) => {
    const text = textOf(subject(row));
    if (text === undefined) return false;
    const fits = typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
    return fits !== negated;
  };
}

function among(expression: Extract<Expression, { kind: "in" }>): Evaluate {
  const { negated } = expression;
  const subject = compileExpression(expression.subject);
  const values = expression.values.map(compileExpression);
  return (row) => {
    const value = subject(row);
    if (value === undefined) return false;
    return values.some((each) => equal(value, each(row))) !== negated;
  };
}
