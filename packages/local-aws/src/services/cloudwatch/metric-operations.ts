import type { Clock } from "../../kernel/clock.ts";
import { invalidCombination, invalidValue, missingParameter } from "./cloudwatch-error.ts";
import { type Datapoint, isPercentile, isStatistic, SIMPLE_STATISTICS } from "./datapoint.ts";
import { checkLabel, fillLabel, type LabelPlace } from "./dynamic-label.ts";
import type { MetricId } from "./metric-id.ts";
import { MetricQueries, type MetricQuery, periodProblem } from "./metric-queries.ts";
import type { MetricStore } from "./metric-store.ts";
import { page } from "./page.ts";

type Input = Record<string, unknown>;

const MAX_DATAPOINTS = 1440;
// Of one page of GetMetricData.
const MAX_DATA_POINTS = 100_800;
const RECENTLY_MS = 3 * 3_600_000;
const LISTED_MS = 14 * 86_400_000;

/** The operation `GetMetricStatistics`. */
export function getMetricStatistics(store: MetricStore, input: Input): Input {
  const metric = metricOf(input);
  const { Period, Statistics = [], ExtendedStatistics = [], Unit } = input;
  const problem = periodProblem(Period);
  if (problem) throw invalidValue(problem);
  const period = Number(Period) * 1000;
  const { start, end } = rangeOf(input, period);
  const requested = Math.floor((end - Number(input["StartTime"]) * 1000) / period);
  if (requested > MAX_DATAPOINTS) {
    throw invalidCombination(
      `You have requested up to ${requested} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const names = checkedStatistics(Statistics as string[], ExtendedStatistics as string[]);
  const units = Unit === undefined ? store.units(metric) : [String(Unit)];
  const Datapoints = units.flatMap((unit) => {
    const found = store.datapoints(metric, { start, end, period, unit });
    return [...found].map(([at, datapoint]) => statisticsOf(at, datapoint, names, unit));
  });
  return { Label: metric.name, Datapoints };
}

/** The operation `GetMetricData`. */
export function getMetricData(store: MetricStore, place: LabelPlace, input: Input): Input {
  const { MetricDataQueries, ScanBy = "TimestampDescending", NextToken } = input;
  const { MaxDatapoints = MAX_DATA_POINTS } = input;
  const asked = MetricDataQueries as Input[];
  const queries = checked(() => new MetricQueries(asked.map(queryOf)));
  checked(() => {
    for (const { id, label } of queries.list) if (label !== undefined) checkLabel(id, label);
  });
  const results = queries.compute(store, rangeOf(input, queries.period || 60_000));
  const all = queries.list.flatMap((query) => {
    if (!query.returnData) return [];
    return (results.get(query.id) ?? []).map((series) => {
      const points = [...series].sort((a, b) => a[0] - b[0]);
      const values = points.map(([, value]) => value);
      const plain = labelOf(query, queries.list);
      if (ScanBy !== "TimestampAscending") points.reverse();
      return {
        Id: query.id,
        Label: fillLabel(query, { ...place, plain, values }),
        Timestamps: points.map(([at]) => at / 1000),
        Values: points.map(([, value]) => value),
      };
    });
  });
  const size = Math.min(Math.max(1, Number(MaxDatapoints)), MAX_DATA_POINTS);
  const { items, next } = page(datapointsOf(all), size, NextToken);
  const MetricDataResults = all.flatMap((series, index) => {
    const points = items.filter((point) => point.series === index);
    if (points.length === 0 && (series.Values.length > 0 || NextToken !== undefined)) return [];
    const isCut = points.at(-1)?.isLast === false;
    return {
      ...series,
      Timestamps: points.map(({ at }) => series.Timestamps[at]),
      Values: points.map(({ at }) => series.Values[at]),
      StatusCode: isCut ? "PartialData" : "Complete",
    };
  });
  return { MetricDataResults, Messages: [], ...next };
}

/** A metric's name, with what distinguishes it from others of its name: the statistic, the period. */
function labelOf({ id, metric }: MetricQuery, all: readonly MetricQuery[]): string {
  if (!metric) return id;
  const { name, statistic, period } = metric;
  const alike = all.flatMap((other) => (other.metric?.name === name ? [other.metric] : []));
  const parts = [
    name,
    ...(alike.some((other) => other.statistic !== statistic) ? [statistic] : []),
    ...(alike.some((other) => other.period !== period) ? [String(period / 1000)] : []),
  ];
  return parts.join(" ");
}

/** Every datapoint of the series, by its place, in the order in which pages are filled. */
function datapointsOf(all: readonly { Values: readonly unknown[] }[]) {
  return all.flatMap(({ Values }, series) =>
    Values.map((_value, at) => ({ series, at, isLast: at === Values.length - 1 })),
  );
}

/** The operation `ListMetrics`. */
export function listMetrics(store: MetricStore, clock: Clock, input: Input): Input {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken } = input;
  const filters = Dimensions as { Name: string; Value?: string }[];
  const oldest = clock.now() - (RecentlyActive === undefined ? LISTED_MS : RECENTLY_MS);
  const found = store.list().filter(
    ({ namespace, name, dimensions, lastAt }) =>
      (Namespace === undefined || namespace === Namespace) &&
      (MetricName === undefined || name === MetricName) &&
      lastAt >= oldest &&
      filters.every(({ Name, Value }) => {
        const value = dimensions[Name];
        return value !== undefined && (Value === undefined || value === Value);
      }),
  );
  const { items, next } = page(found, 500, NextToken);
  const Metrics = items.map(({ namespace, name, dimensions }) => ({
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionList(dimensions),
  }));
  return { Metrics, ...next };
}

/** Dimensions as the API lists them. */
export function dimensionList(dimensions: Readonly<Record<string, string>>): object[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** The namespace, name and dimensions of a metric as the API gives them. @throws ServiceError where one is missing. */
export function metricOf({ Namespace, MetricName, Dimensions = [] }: Input): MetricId {
  if (typeof Namespace !== "string" || !Namespace) throw missingParameter("Namespace");
  if (typeof MetricName !== "string" || !MetricName) throw missingParameter("MetricName");
  const dimensions: Record<string, string> = {};
  for (const { Name, Value } of Dimensions as { Name?: string; Value?: string }[]) {
    if (!Name || !Value) throw invalidValue("The parameter Dimensions needs a Name and a Value.");
    dimensions[Name] = Value;
  }
  return { namespace: Namespace, name: MetricName, dimensions };
}

function queryOf(query: Input): MetricQuery {
  const { Id, MetricStat, Expression, Label, ReturnData = true } = query;
  const stat = MetricStat as
    | { Metric: Input; Period: number; Stat: string; Unit?: string }
    | undefined;
  return {
    id: String(Id),
    metric: stat && {
      ...metricOf(stat.Metric ?? {}),
      period: Number(stat.Period) * 1000,
      statistic: stat.Stat,
      unit: stat.Unit,
    },
    expression: Expression === undefined ? undefined : String(Expression),
    label: Label === undefined ? undefined : String(Label),
    returnData: ReturnData === true,
  };
}

function checkedStatistics(simple: string[], extended: string[]): string[] {
  const names = [...simple, ...extended];
  if (names.length === 0) {
    throw invalidCombination("Statistics or ExtendedStatistics must be given.");
  }
  if (simple.length > 0 && extended.length > 0) {
    throw invalidCombination(
      "The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.",
    );
  }
  const unknown = names.find((name) => !isStatistic(name));
  if (unknown !== undefined) {
    throw invalidValue(
      `The statistic ${unknown} is not supported by the local runtime; there are ${SIMPLE_STATISTICS.join(", ")} and p0 to p100.`,
    );
  }
  return names;
}

function statisticsOf(at: number, datapoint: Datapoint, names: string[], Unit: string): Input {
  const simple: Input = {};
  const ExtendedStatistics: Input = {};
  for (const name of names) {
    const value = datapoint.statistic(name);
    if (value !== undefined) (isPercentile(name) ? ExtendedStatistics : simple)[name] = value;
  }
  const extended = Object.keys(ExtendedStatistics).length > 0 && { ExtendedStatistics };
  return { Timestamp: at / 1000, Unit, ...simple, ...extended };
}

/** The requested range, in epoch ms, with its start at a period's boundary. */
function rangeOf({ StartTime, EndTime }: Input, period: number): { start: number; end: number } {
  const [from, to] = [Number(StartTime) * 1000, Number(EndTime) * 1000];
  if (from >= to) {
    throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  }
  return { start: Math.floor(from / period) * period, end: to };
}

function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw invalidValue((error as Error).message);
  }
}
