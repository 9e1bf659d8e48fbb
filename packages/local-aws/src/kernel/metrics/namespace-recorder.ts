import type { EmittedMetric } from "./emitted-metric.ts";

/** Dimension values by name. */
export type Dimensions = Readonly<Record<string, string>>;

/** Receives the values of metrics. */
export interface MetricSink {
  /** Receives one value; `at` is in epoch milliseconds, by default now. */
  record(
    namespace: string,
    name: string,
    dimensions: Dimensions,
    value: number,
    unit?: string,
    at?: number,
  ): void;
}

/** Writes one service's metrics: each value under every set of dimensions that AWS emits it with. */
export class NamespaceRecorder {
  readonly #namespace: string;
  readonly #metrics: MetricSink;

  constructor(namespace: string, metrics: MetricSink) {
    this.#namespace = namespace;
    this.#metrics = metrics;
  }

  /** Records one value under each of the sets; `at` is in epoch milliseconds, by default now. */
  record(
    sets: readonly Dimensions[],
    name: string,
    value: number,
    unit: EmittedMetric["unit"] = "Count",
    at?: number,
  ): void {
    for (const dimensions of sets) {
      this.#metrics.record(this.#namespace, name, dimensions, value, unit, at);
    }
  }
}
