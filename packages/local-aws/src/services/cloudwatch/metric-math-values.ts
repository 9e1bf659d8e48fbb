/** Values by the start of their period in epoch ms. */
export type TimeSeries = ReadonlyMap<number, number>;

/** What an expression yields. */
export type MathValue = number | TimeSeries | TimeSeries[];

/** What an expression is computed over. */
export interface MathScope {
  /** The starts of all requested periods, oldest first. */
  times: readonly number[];
  /** The value of another query. */
  resultOf(id: string): MathValue;
  /** Every metric of the request: the value of `METRICS()`. */
  metrics(): TimeSeries[];
}

/** An operator on two numbers. */
export type Binary = (a: number, b: number) => number;

/** The total of some values. */
export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One value as a list of series; a number is a series with the same value in each period. */
export function asList(value: MathValue, { times }: MathScope): TimeSeries[] {
  if (Array.isArray(value)) return value;
  return [typeof value === "number" ? new Map(times.map((at) => [at, value])) : value];
}

/** Changes each series of a value; numbers stay. */
export function mapSeries(value: MathValue, change: (series: TimeSeries) => TimeSeries): MathValue {
  if (typeof value === "number") return value;
  return Array.isArray(value) ? value.map(change) : change(value);
}

/** Maps every number of a value; results that are not numbers leave a gap. */
export function each(value: MathValue, change: (value: number) => number): MathValue {
  if (typeof value === "number") return change(value);
  return mapSeries(value, (series) => finite(series, (_at, it) => change(it)));
}

/** A datapoint exists if both sides have one and the result is a number: a division by zero leaves a gap. */
export function combine(a: MathValue, b: MathValue, operator: Binary): MathValue {
  if (typeof a === "number") return each(b, (value) => operator(a, value));
  if (typeof b === "number") return each(a, (value) => operator(value, b));
  if (Array.isArray(a)) return a.map((series) => combine(series, b, operator) as TimeSeries);
  if (Array.isArray(b)) return b.map((series) => combine(a, series, operator) as TimeSeries);
  return finite(a, (at, value) => operator(value, b.get(at) ?? Number.NaN));
}

function finite(series: TimeSeries, compute: (at: number, value: number) => number): TimeSeries {
  const result = new Map<number, number>();
  for (const [at, value] of series) {
    const computed = compute(at, value);
    if (Number.isFinite(computed)) result.set(at, computed);
  }
  return result;
}

/** Several series become one, of what each period has; a single one becomes a number. */
export function aggregate(value: MathValue, combining: (values: number[]) => number): MathValue {
  if (typeof value === "number") return value;
  if (!Array.isArray(value)) return value.size > 0 ? combining([...value.values()]) : new Map();
  const times = new Set(value.flatMap((series) => [...series.keys()]));
  const result = new Map<number, number>();
  for (const at of [...times].sort((a, b) => a - b)) {
    const present = value.map((series) => series.get(at)).filter((it) => it !== undefined);
    result.set(at, combining(present));
  }
  return result;
}

/** What `IF` yields: for each period the one value or the other. */
export function choose(
  { times }: MathScope,
  condition: MathValue,
  yes: MathValue,
  no: MathValue | undefined,
): MathValue {
  const result = new Map<number, number>();
  for (const at of times) {
    const decision = valueAt(condition, at);
    if (decision === undefined) continue;
    const value =
      decision !== 0 ? valueAt(yes, at) : no === undefined ? undefined : valueAt(no, at);
    if (value !== undefined) result.set(at, value);
  }
  return result;
}

function valueAt(value: MathValue, at: number): number | undefined {
  if (typeof value === "number") return value;
  return Array.isArray(value) ? value[0]?.get(at) : value.get(at);
}

/** A series with its gaps filled from another value. */
export function filled(series: TimeSeries, fill: MathValue, times: readonly number[]): TimeSeries {
  const result = new Map<number, number>();
  for (const at of times) {
    const value = series.get(at) ?? valueAt(fill, at);
    if (value !== undefined) result.set(at, value);
  }
  return result;
}

/** A series whose gaps have the value before them. */
export function repeat(series: TimeSeries, times: readonly number[]): TimeSeries {
  const result = new Map<number, number>();
  let last: number | undefined;
  for (const at of times) {
    last = series.get(at) ?? last;
    if (last !== undefined) result.set(at, last);
  }
  return result;
}
