import type { MetricSink } from "./namespace-recorder.ts";

/** Passes the values that services emit to their subscribers. */
export class MetricHub implements MetricSink {
  readonly #sinks = new Set<MetricSink>();

  record(...value: Parameters<MetricSink["record"]>): void {
    for (const sink of this.#sinks) sink.record(...value);
  }

  /** Passes every later value to `sink`; returns a function that stops it. */
  subscribe(sink: MetricSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }
}
