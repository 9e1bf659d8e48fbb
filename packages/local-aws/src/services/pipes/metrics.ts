import { type MetricSink, NamespaceRecorder } from "../../kernel/metrics/namespace-recorder.ts";
import type { Pipes } from "./service.ts";

/** The sources of the metrics of pipes. */
export interface PipesMetricsParts {
  account: string;
  pipes: Pipes;
  metrics: MetricSink;
}

/** Emits `AWS/EventBridge/Pipes` of executions; returns a function that stops it. */
export function emitPipesMetrics({ account, pipes, metrics }: PipesMetricsParts): () => void {
  const recorder = new NamespaceRecorder("AWS/EventBridge/Pipes", metrics);
  const ofAccount = { AwsAccountId: account };
  return pipes.onExecutionEnded(({ pipeName: PipeName, events, durationMs, targetMs, outcome }) => {
    const ofPipe = [{ PipeName }];
    const all = [...ofPipe, ofAccount];
    const [failed, partly] = [outcome === "failed" ? 1 : 0, outcome === "partial" ? 1 : 0];
    recorder.record(all, "Invocations", 1, "None");
    // Nothing limits a pipe here, so that these two stay zero, as they do on AWS where nothing is held back.
    recorder.record(all, "ExecutionThrottled", 0, "None");
    recorder.record(ofPipe, "ExecutionTimeout", 0, "None");
    recorder.record(ofPipe, "EventCount", events, "None");
    recorder.record(ofPipe, "ExecutionFailed", failed, "None");
    recorder.record(ofPipe, "ExecutionPartiallyFailed", partly, "None");
    recorder.record(ofPipe, "TargetStageFailed", failed, "None");
    recorder.record(ofPipe, "TargetStagePartiallyFailed", partly, "None");
    recorder.record(ofPipe, "Duration", durationMs, "Milliseconds");
    recorder.record(ofPipe, "TargetStageDuration", targetMs, "Milliseconds");
  });
}
