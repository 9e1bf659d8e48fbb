import { compileExpression, type Evaluate } from "./evaluate.ts";
import type { Row } from "./rows.ts";
import type { Aggregate } from "./syntax.ts";
import { compare, Instant, numberOf, textOf, type Value } from "./values.ts";

/** Gathers the rows of one group. */
export interface Accumulator {
  add(row: Row): void;
  result(): Value;
}

/** Creates the computation of an aggregate function, one for each group. Missing values are ignored. */
export function compileAggregate({ name, operand, percentile = 0 }: Aggregate): () => Accumulator {
  if (!operand) return () => counting(() => true);
  const evaluate = compileExpression(operand);
  switch (name) {
    case "count":
      return () => counting((row) => evaluate(row) !== undefined);
    case "count_distinct":
      return () => distinct(evaluate);
    case "sum":
      return () => summing(evaluate, (sum) => sum);
    case "avg":
      return () => summing(evaluate, (sum, count) => sum / count);
    case "min":
      return () => choosing(evaluate, evaluate, -1);
    case "max":
      return () => choosing(evaluate, evaluate, 1);
    case "earliest":
      return () => choosing(evaluate, (row) => row.get("@timestamp"), -1);
    case "latest":
      return () => choosing(evaluate, (row) => row.get("@timestamp"), 1);
    case "pct":
      return () => ranking(evaluate, percentile);
    default:
      throw new Error(`the aggregate function ${name} was read but is not there`);
  }
}

function counting(counts: (row: Row) => boolean): Accumulator {
  let count = 0;
  return {
    add: (row) => {
      if (counts(row)) count++;
    },
    result: () => count,
  };
}

function distinct(evaluate: Evaluate): Accumulator {
  const seen = new Set<string>();
  return {
    add: (row) => {
      const text = textOf(evaluate(row));
      if (text !== undefined) seen.add(text);
    },
    result: () => seen.size,
  };
}

function summing(evaluate: Evaluate, finish: (sum: number, count: number) => number): Accumulator {
  let sum = 0;
  let count = 0;
  return {
    add: (row) => {
      const number = numberOf(evaluate(row));
      if (number === undefined) return;
      sum += number;
      count++;
    },
    result: () => (count === 0 ? undefined : finish(sum, count)),
  };
}

/** The value of the row whose key is the least (-1) or the greatest (1); times are milliseconds. */
function choosing(evaluate: Evaluate, keyOf: Evaluate, sign: 1 | -1): Accumulator {
  let best: Value;
  let chosen: Value;
  return {
    add: (row) => {
      const value = evaluate(row);
      const key = keyOf(row);
      if (value === undefined || key === undefined) return;
      const order = best === undefined ? 1 : compare(key, best) * sign;
      // Rows come newest first, so that among equals the first is the latest, and the last the earliest.
      if (order < 0 || (order === 0 && sign === 1)) return;
      best = key;
      chosen = value;
    },
    result: () => (chosen instanceof Instant ? chosen.ms : chosen),
  };
}

/** A percentile by the nearest rank; CloudWatch approximates it. */
function ranking(evaluate: Evaluate, percentile: number): Accumulator {
  const numbers: number[] = [];
  return {
    add: (row) => {
      const number = numberOf(evaluate(row));
      if (number !== undefined) numbers.push(number);
    },
    result: () => {
      numbers.sort((a, b) => a - b);
      return numbers[Math.max(0, Math.ceil((percentile / 100) * numbers.length) - 1)];
    },
  };
}
