import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const PIPE = [["PipeName"]];
const PIPE_AND_ACCOUNT = [["PipeName"], ["AwsAccountId"]];

/** What AWS emits as `AWS/EventBridge/Pipes`. */
export const pipesMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html",
  metrics: {
    ...emittedHere("None", PIPE_AND_ACCOUNT, ["Invocations", "ExecutionThrottled"]),
    ...emittedHere("None", PIPE, [
      "EventCount",
      "ExecutionFailed",
      "ExecutionPartiallyFailed",
      "ExecutionTimeout",
      "TargetStageFailed",
      "TargetStagePartiallyFailed",
    ]),
    ...emittedHere("Milliseconds", PIPE, ["Duration", "TargetStageDuration"]),
    ...emittedByAws("None", [["AwsAccountId"]], ["Concurrency"]),
    ...emittedByAws("Bytes", PIPE, ["EventSize"]),
    ...emittedByAws("Milliseconds", PIPE, ["EnrichmentStageDuration"]),
    ...emittedByAws("None", PIPE, ["EnrichmentStageFailed"]),
    ...emittedByAws("Count", PIPE, ["TargetStageSkipped"]),
  },
};
