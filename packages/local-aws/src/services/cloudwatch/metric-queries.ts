import { isStatistic } from "./datapoint.ts";
import type { MetricId } from "./metric-id.ts";
import { type MathExpression, parseMath } from "./metric-math.ts";
import type { MathValue, TimeSeries } from "./metric-math-values.ts";
import type { MetricStore } from "./metric-store.ts";

/** One metric with the statistic that is wanted of it. */
export interface MetricStat extends MetricId {
  statistic: string;
  /** Milliseconds. */
  period: number;
  unit?: string | undefined;
}

/** A metric, or an expression over other queries. */
export interface MetricQuery {
  id: string;
  metric?: MetricStat | undefined;
  expression?: string | undefined;
  label?: string | undefined;
  returnData: boolean;
}

interface Compiled extends MetricQuery {
  math?: MathExpression;
}

const MAX_QUERIES = 500;

/** Queries that refer to each other; checked on creation, computed for any range. */
export class MetricQueries {
  readonly list: readonly MetricQuery[];
  readonly #byId = new Map<string, Compiled>();

  /** @throws Error naming the query and what is wrong with it. */
  constructor(queries: readonly MetricQuery[]) {
    if (queries.length === 0 || queries.length > MAX_QUERIES) {
      throw new Error(`there must be 1 to ${MAX_QUERIES} metric queries, not ${queries.length}`);
    }
    this.list = queries;
    for (const query of queries) {
      if (!/^[a-z]\w{0,254}$/.test(query.id)) {
        throw new Error(
          `metric query id ${query.id} must start with a lower-case letter and have only letters, digits and _`,
        );
      }
      if (this.#byId.has(query.id)) throw new Error(`two metric queries have the id ${query.id}`);
      if ((query.metric === undefined) === (query.expression === undefined)) {
        throw new Error(`metric query ${query.id} must have either a metric or an expression`);
      }
      if (query.metric) checkStat(query.id, query.metric);
      const math = query.expression === undefined ? undefined : parseMath(query.expression);
      this.#byId.set(query.id, { ...query, ...(math && { math }) });
    }
    for (const id of this.#byId.keys()) this.#checkReferences(id, []);
  }

  /** The longest period of the metrics, in milliseconds. */
  get period(): number {
    return Math.max(0, ...this.list.map(({ metric }) => metric?.period ?? 0));
  }

  /** The values of each query for the periods from `start` up to `end`, in epoch ms; several where it yields a list. */
  compute(
    store: MetricStore,
    { start, end }: { start: number; end: number },
  ): Map<string, TimeSeries[]> {
    const step = this.period || 60_000;
    const times: number[] = [];
    for (let at = start; at < end; at += step) times.push(at);
    const known = new Map<string, MathValue>();
    const metricSeries = (metric: MetricStat) => statistics(store, metric, { start, end });
    const resultOf = (id: string): MathValue => {
      const found = known.get(id);
      if (found !== undefined) return found;
      const query = this.#byId.get(id);
      const value = query?.metric ? metricSeries(query.metric) : query?.math?.compute(scope);
      known.set(id, value ?? new Map());
      return value ?? new Map();
    };
    const metrics = () =>
      this.list.filter(({ metric }) => metric).map(({ id }) => resultOf(id) as TimeSeries);
    const scope = { times, resultOf, metrics };
    return new Map(this.list.map(({ id }) => [id, asSeries(resultOf(id), times)]));
  }

  #checkReferences(id: string, path: readonly string[]): void {
    if (path.includes(id)) {
      throw new Error(`metric query ${id} refers to itself: ${[...path, id].join(" → ")}`);
    }
    for (const other of this.#byId.get(id)?.math?.ids ?? []) {
      if (!this.#byId.has(other)) {
        throw new Error(`metric query ${id} refers to ${other}, which does not exist`);
      }
      this.#checkReferences(other, [...path, id]);
    }
  }
}

/** A metric's statistic by the start of each period that has one, oldest first. */
function statistics(
  store: MetricStore,
  metric: MetricStat,
  range: { start: number; end: number },
): TimeSeries {
  const { period, unit, statistic } = metric;
  const values = new Map<number, number>();
  for (const [at, datapoint] of store.datapoints(metric, { ...range, period, unit })) {
    const value = datapoint.statistic(statistic);
    if (value !== undefined) values.set(at, value);
  }
  return values;
}

/** Why a period in seconds is invalid: it must be 10, 20, 30 or a multiple of 60. */
export function periodProblem(seconds: unknown): string | undefined {
  const fits =
    typeof seconds === "number" &&
    (seconds === 10 || seconds === 20 || seconds === 30 || (seconds > 0 && seconds % 60 === 0));
  return fits ? undefined : `period ${seconds} must be 10, 20, 30 or a multiple of 60 seconds`;
}

function checkStat(id: string, { statistic, period }: MetricStat): void {
  if (!isStatistic(statistic)) {
    throw new Error(
      `metric query ${id}: statistic ${statistic} is not supported by the local runtime; there are SampleCount, Average, Sum, Minimum, Maximum and p0 to p100`,
    );
  }
  const problem = periodProblem(period / 1000);
  if (problem) throw new Error(`metric query ${id}: ${problem}`);
}

function asSeries(value: MathValue, times: readonly number[]): TimeSeries[] {
  if (Array.isArray(value)) return value;
  return [typeof value === "number" ? new Map(times.map((at) => [at, value])) : value];
}
