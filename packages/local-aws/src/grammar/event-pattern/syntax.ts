/** A value that a field may have, or a content filter such as `{"prefix": "shop."}`. */
export type Match = string | number | boolean | null | { readonly [operator: string]: unknown };

/** The service whose rules apply: SNS has fewer operators than EventBridge, Pipes and Lambda. */
export type PatternDialect = "events" | "sns";

/** An event pattern as EventBridge, Pipes and Lambda's event filters write it. */
export interface EventPattern {
  readonly [field: string]: EventPattern | readonly Match[];
}

/** Every operator of a content filter. */
const OPERATORS = [
  "prefix",
  "suffix",
  "wildcard",
  "equals-ignore-case",
  "anything-but",
  "numeric",
  "exists",
  "cidr",
];

/** Whether a field of a pattern is the `$or` operator, and not a field of that name. */
export function isAlternatives(
  field: string,
  value: unknown,
): value is readonly [EventPattern, ...EventPattern[]] {
  // AWS reads `$or` as an operator only over at least two objects, none of which is a content filter.
  return (
    field === "$or" &&
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((one) => isObject(one) && !Object.keys(one).some((key) => OPERATORS.includes(key)))
  );
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
