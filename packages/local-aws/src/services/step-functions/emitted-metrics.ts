import {
  type EmittedMetric,
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const MACHINE = [["StateMachineArn"], ["StateMachineArn", "Version"], ["StateMachineArn", "Alias"]];

/** What AWS emits as `AWS/States`. */
export const statesMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html",
  metrics: {
    ...emittedHere("Count", MACHINE, [
      "ExecutionsStarted",
      "ExecutionsSucceeded",
      "ExecutionsFailed",
      "ExecutionsTimedOut",
      "ExecutionsAborted",
    ]),
    ...emittedHere("Milliseconds", MACHINE, ["ExecutionTime"]),
    ...emittedByAws("Count", MACHINE, ["ExecutionThrottled"]),
    // Of Express executions alone.
    ...emittedByAws("Milliseconds", MACHINE, ["ExpressExecutionBilledDuration"]),
    ...emittedByAws("Bytes", MACHINE, ["ExpressExecutionBilledMemory", "ExpressExecutionMemory"]),
    ...timedTask("LambdaFunction", "LambdaFunctionArn"),
    ...timedTask("ServiceIntegration", "ServiceIntegrationResourceArn"),
  },
};

/** What Step Functions emits of the tasks of one kind. */
function timedTask(kind: string, dimension: string): Record<string, EmittedMetric> {
  const times = ["RunTime", "ScheduleTime", "Time"].map((end) => `${kind}${end}`);
  const counts = ["Scheduled", "Started", "Succeeded", "Failed", "TimedOut"];
  const names = counts.map((end) => `${kind}s${end}`);
  return {
    ...emittedByAws("Milliseconds", [[dimension]], times),
    ...emittedByAws("Count", [[dimension]], names),
  };
}
