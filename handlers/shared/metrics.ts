import { METRICS_NAMESPACE } from "./contract.ts";

/** One measurement. */
export interface Metric {
  name: string;
  value: number;
  unit: "Count" | "None";
  /** The one dimension, and its value. */
  dimension: [name: string, value: string];
}

/**
 * Records measurements as CloudWatch's embedded metric format: a line of log that CloudWatch counts. The properties can be
 * searched for, and cost no metric of their own.
 */
export function recordMetrics(
  metrics: readonly Metric[],
  properties: Record<string, unknown>,
  at: Date,
): void {
  if (metrics.length === 0) return;
  const line = {
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: metrics.map(({ name, unit, dimension }) => ({
        Namespace: METRICS_NAMESPACE,
        Dimensions: [[dimension[0]]],
        Metrics: [{ Name: name, Unit: unit }],
      })),
    },
    ...Object.fromEntries(metrics.map(({ dimension }) => dimension)),
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    ...properties,
  };
  // The console would wrap it, and CloudWatch reads only the root of the JSON.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
