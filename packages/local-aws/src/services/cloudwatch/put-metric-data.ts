import { invalidCombination, invalidValue, missingParameter } from "./cloudwatch-error.ts";
import { metricOf } from "./metric-operations.ts";
import type { MetricStore } from "./metric-store.ts";

type Input = Record<string, unknown>;

const MAX_METRICS = 1000;
const MAX_VALUES = 150;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

interface Datum {
  Timestamp?: number;
  Value?: number;
  Values?: number[];
  Counts?: number[];
  StatisticValues?: { SampleCount: number; Sum: number; Minimum: number; Maximum: number };
  Unit?: string;
  StorageResolution?: number;
}

/** The operation `PutMetricData`: all of its data, or an error and none. */
export function putMetricData(store: MetricStore, now: number, input: Input): void {
  const { Namespace, MetricData } = input;
  if (String(Namespace).startsWith("AWS/")) {
    throw invalidValue(`The value ${Namespace} for parameter Namespace is invalid.`);
  }
  if (!Array.isArray(MetricData) || MetricData.length === 0) throw missingParameter("MetricData");
  if (MetricData.length > MAX_METRICS) {
    throw invalidValue(
      `The collection MetricData must not have a size greater than ${MAX_METRICS}.`,
    );
  }
  const writes = MetricData.map((datum, index) =>
    write(store, now, { ...datum, Namespace }, `MetricData.member.${index + 1}`),
  );
  for (const put of writes) put();
}

/** Checks one datum; returns a function that records it. */
function write(store: MetricStore, now: number, input: Input, place: string): () => void {
  const metric = metricOf(input);
  const { Timestamp, Value, Values, Counts, StatisticValues, Unit = "None" } = input as Datum;
  const { StorageResolution } = input as Datum;
  const at = Timestamp === undefined ? now : Timestamp * 1000;
  if (!(at >= now - OLDEST_MS && at <= now + NEWEST_MS)) {
    throw invalidValue(
      "The parameter Timestamp must be within the last two weeks and the next two hours.",
    );
  }
  const other = Values ? "Values" : StatisticValues && "StatisticValues";
  if (Value !== undefined && other) {
    throw invalidCombination(
      `The parameters ${place}.Value and ${place}.${other} are mutually exclusive and you have specified both.`,
    );
  }
  if (Value === undefined && !other) {
    throw invalidCombination(
      `At least one of the parameters ${place}.Value, ${place}.Values and ${place}.StatisticValues must be specified.`,
    );
  }
  if (![undefined, 1, 60].includes(StorageResolution)) {
    throw invalidValue(
      `The value ${StorageResolution} for parameter ${place}.StorageResolution is invalid; it is 1 or 60.`,
    );
  }
  if (StatisticValues) {
    const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = StatisticValues;
    for (const value of [count, sum, min, max]) checkNumber(metric.name, value);
    if (count === 0 || min > max) {
      throw invalidValue(`The StatisticValues of ${metric.name} contradict each other.`);
    }
    return () => store.recordSet(metric, { count, sum, min, max }, Unit, at);
  }
  const values = Values ?? [Value];
  if (values.length > MAX_VALUES) {
    throw invalidValue(`Metric ${metric.name} has more than ${MAX_VALUES} Values.`);
  }
  if (Counts && Counts.length !== values.length) {
    throw invalidValue(
      `The parameters ${place}.Values and ${place}.Counts must be of the same size.`,
    );
  }
  const pairs = values.map((value, index) => ({
    value: checkNumber(metric.name, value),
    count: checkNumber(metric.name, Counts?.[index] ?? 1),
  }));
  return () => {
    for (const { value, count } of pairs) store.recordMany(metric, value, count, Unit, at);
  };
}

function checkNumber(name: string, value: unknown): number {
  if (typeof value === "number" && Math.abs(value) <= 2 ** 360) return value;
  throw invalidValue(`Metric ${name}: ${value} is no number from -2^360 to 2^360.`);
}
