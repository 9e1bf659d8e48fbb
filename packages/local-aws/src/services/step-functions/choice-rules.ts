import { fitsPieces } from "../../grammar/wildcard-pieces.ts";
import type { ChoiceRule } from "./asl-types.ts";
import { type PathRoots, readJsonPath } from "./json-path.ts";
import { runtimeError } from "./states-error.ts";

type Compare = (value: unknown, operand: unknown) => boolean;

const ORDERINGS: Record<string, (order: number) => boolean> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

const COMPARISONS: Record<string, Compare> = {
  BooleanEquals: (value, operand) => typeof value === "boolean" && value === operand,
  StringMatches: (value, operand) =>
    typeof value === "string" && typeof operand === "string" && matchesWildcard(value, operand),
};
for (const [name, holds] of Object.entries(ORDERINGS)) {
  COMPARISONS[`String${name}`] = (value, operand) =>
    typeof value === "string" && typeof operand === "string" && holds(order(value, operand));
  COMPARISONS[`Numeric${name}`] = (value, operand) =>
    typeof value === "number" && typeof operand === "number" && holds(order(value, operand));
  COMPARISONS[`Timestamp${name}`] = (value, operand) =>
    isTimestamp(value) &&
    isTimestamp(operand) &&
    holds(order(Date.parse(value), Date.parse(operand)));
}

const TYPE_TESTS: Record<string, (value: unknown) => boolean> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === "string",
  IsNumeric: (value) => typeof value === "number",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: isTimestamp,
};

const NOT_OPERATORS = new Set(["Variable", "Next", "Comment"]);

/** Names of the operators that a comparison may use. */
export const CHOICE_OPERATORS: ReadonlySet<string> = new Set([
  "IsPresent",
  ...Object.keys(TYPE_TESTS),
  ...Object.keys(COMPARISONS),
  // AWS has no path form of StringMatches.
  ...Object.keys(COMPARISONS)
    .filter((name) => name !== "StringMatches")
    .map((name) => `${name}Path`),
]);

/** The operators that a comparison uses; a valid one uses one. */
export function operatorsOf(rule: ChoiceRule): string[] {
  return Object.keys(rule).filter((key) => !NOT_OPERATORS.has(key));
}

/**
 * Whether the rule holds for the data.
 *
 * @throws DataError `States.Runtime` when a path finds nothing, other than under `IsPresent`.
 */
export function holds(rule: ChoiceRule, roots: PathRoots): boolean {
  if (rule.And) return rule.And.every((part) => holds(part, roots));
  if (rule.Or) return rule.Or.some((part) => holds(part, roots));
  if (rule.Not) return !holds(rule.Not, roots);
  const [operator = ""] = operatorsOf(rule);
  const variable = rule.Variable ?? "";
  if (operator === "IsPresent") {
    return (readJsonPath(variable, roots) !== undefined) === rule[operator];
  }
  const value = readOperand(variable, roots);
  const test = TYPE_TESTS[operator];
  if (test) return test(value) === rule[operator];
  const compare = COMPARISONS[operator];
  if (compare) return compare(value, rule[operator]);
  const compareWithPath = COMPARISONS[operator.replace(/Path$/, "")];
  if (!compareWithPath) throw runtimeError(`Choice rules have no operator '${operator}'`);
  return compareWithPath(value, readOperand(String(rule[operator]), roots));
}

function readOperand(path: string, roots: PathRoots): unknown {
  const value = readJsonPath(path, roots);
  if (value === undefined) {
    throw runtimeError(
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  }
  return value;
}

function order<T extends string | number>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** RFC 3339 with an upper-case T and a zone, as AWS requires. */
export function isTimestamp(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** `*` matches any string; `\*` and `\\` themselves. */
function matchesWildcard(value: string, pattern: string): boolean {
  const pieces = [""];
  for (const [token] of pattern.matchAll(/\\[*\\]|./gs)) {
    if (token === "*") pieces.push("");
    else pieces[pieces.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  return fitsPieces(pieces, value);
}
