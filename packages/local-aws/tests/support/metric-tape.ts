import * as assert from "uvu/assert";
import type { MetricSink } from "../../src/kernel/metrics/namespace-recorder.ts";
import { emittedMetrics } from "../../src/services/emitted-metrics.ts";

interface Value {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
  at: number | undefined;
}

const emitted = new Set<string>();

/** Keeps every value that a service emits, and finds what AWS would not emit. */
export class MetricTape implements MetricSink {
  readonly #values: Value[] = [];
  readonly #unknown: string[] = [];

  record(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit = "None",
    at?: number,
  ): void {
    this.#values.push({ namespace, name, dimensions, value, at });
    emitted.add(`${namespace} ${name}`);
    const metric = emittedMetrics[namespace]?.metrics[name];
    const names = Object.keys(dimensions).sort().join();
    const fits = metric?.dimensions.some((set) => [...set].sort().join() === names);
    if (!metric?.here || !fits || metric.unit !== unit) {
      this.#unknown.push(`${namespace} ${name} {${names}} ${unit}`);
    }
  }

  /** A metric's values so far, by its dimensions as `Name=value`; fails where AWS would not emit what was recorded. */
  of(name: string): Record<string, number[]> {
    return this.#by(name, ({ value }) => value);
  }

  /** When the values of a metric count, by its dimensions; 0 for now. */
  timesOf(name: string): Record<string, number[]> {
    return this.#by(name, ({ at = 0 }) => at);
  }

  /** Forgets the values so far. */
  clear(): void {
    this.#values.length = 0;
  }

  #by(name: string, field: (value: Value) => number): Record<string, number[]> {
    assert.equal(this.#unknown, []);
    const found: Record<string, number[]> = {};
    for (const value of this.#values) {
      if (value.name !== name) continue;
      const pairs = Object.entries(value.dimensions).map(([key, text]) => `${key}=${text}`);
      const dimensions = pairs.join(" ");
      found[dimensions] = [...(found[dimensions] ?? []), field(value)];
    }
    return found;
  }
}

/** Metrics that the table says are emitted here, but no test of this process has seen. */
export function unseenMetrics(namespace: string): string[] {
  const metrics = Object.entries(emittedMetrics[namespace]?.metrics ?? {});
  return metrics
    .filter(([name, { here }]) => here && !emitted.has(`${namespace} ${name}`))
    .map(([name]) => name);
}
