import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

// A rule of the default bus goes by its name alone, one of another bus by both names.
const RULE = [["RuleName"], ["EventBusName", "RuleName"]];
const RULE_AND_ACCOUNT = [[], ...RULE];

/** What AWS emits as `AWS/Events`. */
export const eventsMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html",
  metrics: {
    ...emittedHere("Count", RULE_AND_ACCOUNT, [
      "MatchedEvents",
      "TriggeredRules",
      "Invocations",
      "InvocationAttempts",
      "SuccessfulInvocationAttempts",
      "RetryInvocationAttempts",
    ]),
    ...emittedHere("Count", RULE, [
      "FailedInvocations",
      "InvocationsSentToDlq",
      "InvocationsFailedToBeSentToDlq",
    ]),
    // The page writes "Ingestionto" for two of them; what is emitted has the capital letter.
    ...emittedHere("Milliseconds", RULE_AND_ACCOUNT, [
      "IngestionToInvocationStartLatency",
      "IngestionToInvocationCompleteLatency",
      "IngestionToInvocationSuccessLatency",
    ]),
    ...emittedHere(
      "Count",
      [[]],
      [
        "InvocationsCreated",
        "PutEventsApproximateCallCount",
        "PutEventsApproximateSuccessCount",
        "PutEventsEntriesCount",
        "PutEventsFailedEntriesCount",
      ],
    ),
    ...emittedByAws("Count", RULE_AND_ACCOUNT, ["ThrottledRules"]),
    ...emittedByAws("Count", RULE, ["DeadLetterInvocations"]),
    ...emittedByAws(
      "Count",
      [[]],
      ["PutEventsApproximateFailedCount", "PutEventsApproximateThrottledCount"],
    ),
    ...emittedByAws("Milliseconds", [[]], ["PutEventsLatency"]),
    ...emittedByAws("Bytes", [[]], ["PutEventsRequestSize"]),
  },
};
