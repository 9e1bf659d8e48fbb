import { Instant, numberOf, textOf, type Value } from "./values.ts";

/** A function of expressions, with the number of its arguments. */
export interface QueryFunction {
  least: number;
  most: number;
  run(values: Value[]): Value;
}

// The latest time of a JavaScript date.
const LATEST_MS = 8.64e15;

const LOWER = onText((text) => text.toLowerCase());
const UPPER = onText((text) => text.toUpperCase());

/** Every function, by its name in lower case; a missing value makes the result missing unless said otherwise. */
export const FUNCTIONS: Readonly<Record<string, QueryFunction>> = {
  ispresent: { least: 1, most: 1, run: ([value]) => value !== undefined },
  // A field that is missing is empty too.
  isempty: { least: 1, most: 1, run: ([value]) => value === undefined || value === "" },
  coalesce: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    run: (values) => values.find((value) => value !== undefined),
  },
  concat: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    run: (values) => values.map((value) => textOf(value) ?? "").join(""),
  },
  strlen: onText((text) => text.length),
  lower: LOWER,
  tolower: LOWER,
  upper: UPPER,
  toupper: UPPER,
  trim: onText((text) => text.trim()),
  abs: onNumber(Math.abs),
  ceil: onNumber(Math.ceil),
  floor: onNumber(Math.floor),
  frommillis: onNumber(instant),
  tomillis: {
    least: 1,
    most: 1,
    run: ([value]) => (value instanceof Instant ? value.ms : undefined),
  },
  datefloor: {
    least: 2,
    most: 2,
    run: ([value, period]) => {
      const ms = numberOf(value);
      const length = Number(period);
      return ms === undefined ? undefined : instant(Math.floor(ms / length) * length);
    },
  },
};

function instant(ms: number): Instant | undefined {
  return Math.abs(ms) > LATEST_MS ? undefined : new Instant(ms);
}

function onText(run: (text: string) => Value): QueryFunction {
  return {
    least: 1,
    most: 1,
    run: ([value]) => {
      const text = textOf(value);
      return text === undefined ? undefined : run(text);
    },
  };
}

function onNumber(run: (number: number) => Value): QueryFunction {
  return {
    least: 1,
    most: 1,
    run: ([value]) => {
      const number = numberOf(value);
      return number === undefined ? undefined : run(number);
    },
  };
}
