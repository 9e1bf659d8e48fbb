import type { MetricQuery } from "./metric-queries.ts";

/** Where the metrics are: properties that a label may name. */
export interface LabelPlace {
  account: string;
  region: string;
}

const LIVE: Record<string, (values: readonly number[]) => number | undefined> = {
  AVG: (values) => (values.length > 0 ? sum(values) / values.length : undefined),
  DATAPOINT_COUNT: (values) => values.length,
  FIRST: (values) => values[0],
  FIRST_LAST_RANGE: (values) => difference(values.at(-1), values[0]),
  LAST: (values) => values.at(-1),
  MAX: (values) => (values.length > 0 ? Math.max(...values) : undefined),
  MIN: (values) => (values.length > 0 ? Math.min(...values) : undefined),
  MIN_MAX_RANGE: (values) =>
    values.length > 0 ? Math.max(...values) - Math.min(...values) : undefined,
  SUM: (values) => (values.length > 0 ? sum(values) : undefined),
};
const PART = /\$\{([^}]*)\}/g;
const PROPERTY = /^PROP\('([^']*)'\)$/;
const PROPERTIES = ["AccountId", "MetricName", "Namespace", "Period", "Region", "Stat"];
const SERVED = ["LABEL", ...Object.keys(LIVE), ...PROPERTIES.map((name) => `PROP('${name}')`)];

/**
 * Checks the dynamic parts of a label.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 *
 * @throws Error that names a part which is not served, e.g. `${MAX_TIME}`.
 */
export function checkLabel(id: string, label: string): void {
  for (const [part, name = ""] of label.matchAll(PART)) {
    const property = PROPERTY.exec(name)?.[1] ?? "";
    if (SERVED.includes(name) || property.startsWith("Dim.")) continue;
    throw new Error(
      `metric query ${id}: ${part} in its label is not supported by the local runtime; there are ${SERVED.join(", ")} and PROP('Dim.NAME')`,
    );
  }
}

/**
 * A label with its dynamic parts filled in; one that has no value shows `--`.
 *
 * @param plain what the label would be if none were set.
 * @param values of the series, oldest first.
 */
export function fillLabel(
  { label, metric }: MetricQuery,
  { plain, values, account, region }: LabelPlace & { plain: string; values: readonly number[] },
): string {
  if (label === undefined) return plain;
  const properties: Record<string, string | undefined> = {
    AccountId: account,
    MetricName: metric?.name,
    Namespace: metric?.namespace,
    Period: metric && String(metric.period / 1000),
    Region: region,
    Stat: metric?.statistic,
  };
  return label.replace(PART, (_part, name: string) => {
    if (name === "LABEL") return plain;
    const property = PROPERTY.exec(name)?.[1];
    const dimension = property?.startsWith("Dim.") ? property.slice("Dim.".length) : undefined;
    const value =
      dimension !== undefined
        ? metric?.dimensions[dimension]
        : property !== undefined
          ? properties[property]
          : LIVE[name]?.(values);
    return value === undefined ? "--" : String(value);
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function difference(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one - other;
}
