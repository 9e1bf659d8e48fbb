import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { EventSources } from "./event-sources.ts";

/** Emits the `AWS/Lambda` metrics of functions that read streams; returns a function that stops it. */
export function emitStreamMetrics(eventSources: EventSources, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/Lambda", metrics);
  return eventSources.onStreamBatch((step) => {
    const { functionName: FunctionName } = step;
    const all: Dimensions[] = [{}, { FunctionName }, { FunctionName, Resource: FunctionName }];
    if (step.kind === "undelivered") recorder.record(all, "DestinationDeliveryFailures", 1);
    else recorder.record(all, "IteratorAge", step.ageMs, "Milliseconds");
  });
}
