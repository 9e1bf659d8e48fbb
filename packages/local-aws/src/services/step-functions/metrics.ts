import { type MetricSink, NamespaceRecorder } from "../../kernel/metrics/namespace-recorder.ts";
import type { StepFunctions } from "./service.ts";

const OUTCOMES = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
} as const;

/** Emits `AWS/States` of executions; returns a function that stops it. */
export function emitStatesMetrics(states: StepFunctions, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/States", metrics);
  return states.listen({
    onExecutionStarted: (StateMachineArn) =>
      recorder.record([{ StateMachineArn }], "ExecutionsStarted", 1),
    onExecutionEnded: ({ stateMachineArn: StateMachineArn, status, startDate, stopDate }) => {
      const sets = [{ StateMachineArn }];
      recorder.record(sets, OUTCOMES[status], 1);
      const ms = Math.round((stopDate - startDate) * 1000);
      recorder.record(sets, "ExecutionTime", ms, "Milliseconds");
    },
  });
}
