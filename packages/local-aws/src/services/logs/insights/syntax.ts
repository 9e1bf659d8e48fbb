import type { LinearPattern } from "../../../kernel/linear-pattern.ts";

/** A computation on a row, as the query says it. */
export type Expression =
  | { kind: "literal"; value: string | number | boolean }
  | { kind: "field"; name: string }
  /** A length of time such as `5m`. */
  | { kind: "period"; ms: number }
  | { kind: "call"; name: string; operands: Expression[] }
  | { kind: "binary"; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: "not"; operand: Expression }
  | { kind: "like"; subject: Expression; pattern: string | LinearPattern; negated: boolean }
  | { kind: "in"; subject: Expression; values: Expression[]; negated: boolean };

/** Operators between two values. */
export type BinaryOperator = ComparisonOperator | ArithmeticOperator | "and" | "or";

/** Operators with a boolean result. */
export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** Operators on numbers. */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";

/** Something that a row shows: a field as it is, or a computation under a name. */
export interface Column {
  name: string;
  expression: Expression;
}

/** An aggregate function of `stats`, whose result the columns read under `slot`. */
export interface Aggregate {
  slot: string;
  name: string;
  /** Missing for `count(*)`. */
  operand?: Expression | undefined;
  /** The percentile of `pct`. */
  percentile?: number | undefined;
}

/** One key of `sort`. */
export interface SortKey {
  expression: Expression;
  descending: boolean;
}

/** One command of a query. */
export type Command =
  | { kind: "fields"; columns: Column[] }
  | { kind: "display"; columns: Column[] }
  | { kind: "filter"; condition: Expression }
  | { kind: "stats"; columns: Column[]; aggregates: Aggregate[]; by: Column[] }
  | { kind: "sort"; keys: SortKey[] }
  | { kind: "limit"; count: number }
  | { kind: "parse"; source: Expression; pattern: LinearPattern; names: string[] }
  | { kind: "dedup"; fields: Expression[] };
