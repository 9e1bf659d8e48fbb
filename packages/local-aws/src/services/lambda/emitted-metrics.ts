import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const FUNCTION = [[], ["FunctionName"], ["FunctionName", "Resource"]];
const MAPPING = [["EventSourceMappingUUID"]];

/** What AWS emits as `AWS/Lambda`. */
export const lambdaMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
  metrics: {
    ...emittedHere("Count", FUNCTION, [
      "Invocations",
      "Errors",
      "Throttles",
      "ConcurrentExecutions",
    ]),
    ...emittedHere("Milliseconds", FUNCTION, ["Duration", "IteratorAge", "AsyncEventAge"]),
    ...emittedHere("Count", FUNCTION, ["AsyncEventsReceived", "AsyncEventsDropped"]),
    ...emittedHere("Count", FUNCTION, ["DeadLetterErrors", "DestinationDeliveryFailures"]),
    ...emittedHere("Count", [[]], ["UnreservedConcurrentExecutions"]),
    ...emittedByAws("Count", [[]], ["ClaimedAccountConcurrency"]),
    ...emittedByAws("Count", FUNCTION, [
      "RecursiveInvocationsDropped",
      "ProvisionedConcurrencyInvocations",
      "ProvisionedConcurrencySpilloverInvocations",
      "ProvisionedConcurrentExecutions",
      "ProvisionedConcurrencyUtilization",
    ]),
    ...emittedByAws("Milliseconds", FUNCTION, ["PostRuntimeExtensionsDuration", "OffsetLag"]),
    ...emittedByAws("Count", MAPPING, [
      "PolledEventCount",
      "FilteredOutEventCount",
      "InvokedEventCount",
      "FailedInvokeEventCount",
      "DroppedEventCount",
      "OnFailureDestinationDeliveredEventCount",
      "DeletedEventCount",
    ]),
  },
};
