import type { MetricSink } from "./namespace-recorder.ts";

/** Takes the values that services emit to whoever keeps them. */
export class MetricHub implements MetricSink {
  readonly #sinks = new Set<MetricSink>();

  record(...value: Parameters<MetricSink["record"]>): void {
    for (const sink of this.#sinks) sink.record(...value);
  }

  /** Hands every later value to `sink`; the answer ends it. */
  subscribe(sink: MetricSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }
}
