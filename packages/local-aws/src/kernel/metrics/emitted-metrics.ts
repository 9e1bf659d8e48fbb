/** One metric that an AWS service emits by itself. */
export interface EmittedMetric {
  unit: "Count" | "Milliseconds" | "Seconds" | "Bytes" | "None";
  /** The sets of dimension names that AWS emits it with; `[]` is the account's sum. Nothing else ever has values. */
  dimensions: readonly (readonly string[])[];
  /** Whether the local runtime emits it as well. */
  here: boolean;
}

/** The metrics of one namespace. */
export interface EmittedNamespace {
  /** Where AWS documents them. */
  page: string;
  metrics: Readonly<Record<string, EmittedMetric>>;
}

type Dimensions = EmittedMetric["dimensions"];
type Group = Record<string, EmittedMetric>;

const FUNCTION = [[], ["FunctionName"], ["FunctionName", "Resource"]];
const MAPPING = [["EventSourceMappingUUID"]];
const QUEUE = [["QueueName"]];
const MACHINE = [["StateMachineArn"], ["StateMachineArn", "Version"], ["StateMachineArn", "Alias"]];
const REST_API = [["ApiName"], ["ApiName", "Stage"], ["ApiName", "Method", "Resource", "Stage"]];
const HTTP_API = [["ApiId"], ["ApiId", "Stage"], ["ApiId", "Method", "Resource", "Stage"]];
const EITHER_API = [...REST_API, ...HTTP_API];
const TABLE = [["TableName"]];
const TABLE_OR_INDEX = [["TableName"], ["TableName", "GlobalSecondaryIndexName"]];
const OPERATION = [["TableName", "Operation"]];
// A rule of the default bus goes by its name alone, one of another bus by both names.
const RULE = [["RuleName"], ["EventBusName", "RuleName"]];
const RULE_AND_ACCOUNT = [[], ...RULE];
const PIPE = [["PipeName"]];
const PIPE_AND_ACCOUNT = [["PipeName"], ["AwsAccountId"]];
const TOPIC = [["TopicName"]];

/** Everything that AWS emits in the namespaces of the services that the local runtime has, as far as an alarm may want it. */
export const emittedMetrics: Readonly<Record<string, EmittedNamespace>> = {
  "AWS/Lambda": {
    page: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    metrics: {
      ...group("Count", FUNCTION, ["Invocations", "Errors", "Throttles", "ConcurrentExecutions"]),
      ...group("Milliseconds", FUNCTION, ["Duration", "IteratorAge", "AsyncEventAge"]),
      ...group("Count", FUNCTION, ["AsyncEventsReceived", "AsyncEventsDropped"]),
      ...group("Count", FUNCTION, ["DeadLetterErrors", "DestinationDeliveryFailures"]),
      ...group("Count", [[]], ["UnreservedConcurrentExecutions"]),
      ...elsewhere("Count", [[]], ["ClaimedAccountConcurrency"]),
      ...elsewhere("Count", FUNCTION, [
        "RecursiveInvocationsDropped",
        "ProvisionedConcurrencyInvocations",
        "ProvisionedConcurrencySpilloverInvocations",
        "ProvisionedConcurrentExecutions",
        "ProvisionedConcurrencyUtilization",
      ]),
      ...elsewhere("Milliseconds", FUNCTION, ["PostRuntimeExtensionsDuration", "OffsetLag"]),
      ...elsewhere("Count", MAPPING, [
        "PolledEventCount",
        "FilteredOutEventCount",
        "InvokedEventCount",
        "FailedInvokeEventCount",
        "DroppedEventCount",
        "OnFailureDestinationDeliveredEventCount",
        "DeletedEventCount",
      ]),
    },
  },
  "AWS/SQS": {
    page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    metrics: {
      ...group("Count", QUEUE, [
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
        "NumberOfMessagesSent",
        "NumberOfMessagesReceived",
        "NumberOfMessagesDeleted",
        "NumberOfEmptyReceives",
      ]),
      ...group("Seconds", QUEUE, ["ApproximateAgeOfOldestMessage"]),
      ...group("Bytes", QUEUE, ["SentMessageSize"]),
      ...elsewhere("Count", QUEUE, [
        "NumberOfDeduplicatedSentMessages",
        "ApproximateNumberOfGroupsWithInflightMessages",
      ]),
    },
  },
  "AWS/States": {
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html",
    metrics: {
      ...group("Count", MACHINE, [
        "ExecutionsStarted",
        "ExecutionsSucceeded",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsAborted",
      ]),
      ...group("Milliseconds", MACHINE, ["ExecutionTime"]),
      ...elsewhere("Count", MACHINE, ["ExecutionThrottled"]),
      ...timedTask("LambdaFunction", "LambdaFunctionArn"),
      ...timedTask("ServiceIntegration", "ServiceIntegrationResourceArn"),
    },
  },
  "AWS/ApiGateway": {
    page: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html and http-api-metrics.html",
    metrics: {
      ...group("Count", EITHER_API, ["Count"]),
      ...group("Milliseconds", EITHER_API, ["Latency", "IntegrationLatency"]),
      ...group("Count", REST_API, ["4XXError", "5XXError"]),
      ...group("Count", HTTP_API, ["4xx", "5xx"]),
      ...group("Bytes", HTTP_API, ["DataProcessed"]),
      ...elsewhere("Count", REST_API, ["CacheHitCount", "CacheMissCount"]),
    },
  },
  "AWS/DynamoDB": {
    page: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
    metrics: {
      ...group("Milliseconds", OPERATION, ["SuccessfulRequestLatency"]),
      ...group("Count", OPERATION, ["ReturnedItemCount", "SystemErrors"]),
      ...group("Count", TABLE, ["ConditionalCheckFailedRequests"]),
      ...group("Count", [[]], ["UserErrors"]),
      ...elsewhere("Count", OPERATION, ["ThrottledRequests"]),
      ...elsewhere("Count", TABLE, ["TransactionConflict", "TimeToLiveDeletedItemCount"]),
      ...elsewhere("Count", TABLE_OR_INDEX, [
        "ReadThrottleEvents",
        "WriteThrottleEvents",
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "ProvisionedReadCapacityUnits",
        "ProvisionedWriteCapacityUnits",
      ]),
    },
  },
  "AWS/Events": {
    page: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html",
    metrics: {
      ...group("Count", RULE_AND_ACCOUNT, [
        "MatchedEvents",
        "TriggeredRules",
        "Invocations",
        "InvocationAttempts",
        "SuccessfulInvocationAttempts",
        "RetryInvocationAttempts",
      ]),
      ...group("Count", RULE, [
        "FailedInvocations",
        "InvocationsSentToDlq",
        "InvocationsFailedToBeSentToDlq",
      ]),
      // The page writes "Ingestionto" for two of them; what is emitted has the capital letter.
      ...group("Milliseconds", RULE_AND_ACCOUNT, [
        "IngestionToInvocationStartLatency",
        "IngestionToInvocationCompleteLatency",
        "IngestionToInvocationSuccessLatency",
      ]),
      ...group(
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
      ...elsewhere("Count", RULE_AND_ACCOUNT, ["ThrottledRules"]),
      ...elsewhere("Count", RULE, ["DeadLetterInvocations"]),
      ...elsewhere(
        "Count",
        [[]],
        ["PutEventsApproximateFailedCount", "PutEventsApproximateThrottledCount"],
      ),
      ...elsewhere("Milliseconds", [[]], ["PutEventsLatency"]),
      ...elsewhere("Bytes", [[]], ["PutEventsRequestSize"]),
    },
  },
  "AWS/EventBridge/Pipes": {
    page: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html",
    metrics: {
      ...group("None", PIPE_AND_ACCOUNT, ["Invocations", "ExecutionThrottled"]),
      ...group("None", PIPE, [
        "EventCount",
        "ExecutionFailed",
        "ExecutionPartiallyFailed",
        "ExecutionTimeout",
        "TargetStageFailed",
        "TargetStagePartiallyFailed",
      ]),
      ...group("Milliseconds", PIPE, ["Duration", "TargetStageDuration"]),
      ...elsewhere("None", [["AwsAccountId"]], ["Concurrency"]),
      ...elsewhere("Bytes", PIPE, ["EventSize"]),
      ...elsewhere("Milliseconds", PIPE, ["EnrichmentStageDuration"]),
      ...elsewhere("None", PIPE, ["EnrichmentStageFailed"]),
      ...elsewhere("Count", PIPE, ["TargetStageSkipped"]),
    },
  },
  "AWS/SNS": {
    page: "https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html",
    metrics: {
      ...group("Count", TOPIC, [
        "NumberOfMessagesPublished",
        "NumberOfNotificationsDelivered",
        "NumberOfNotificationsFailed",
        "NumberOfNotificationsFilteredOut",
        "NumberOfNotificationsRedrivenToDlq",
        "NumberOfNotificationsFailedToRedriveToDlq",
      ]),
      ...group("Bytes", TOPIC, ["PublishSize"]),
      ...elsewhere("Count", TOPIC, [
        "NumberOfNotificationsFilteredOut-MessageAttributes",
        "NumberOfNotificationsFilteredOut-MessageBody",
        "NumberOfNotificationsFilteredOut-NoMessageAttributes",
        "NumberOfNotificationsFilteredOut-InvalidAttributes",
        "NumberOfNotificationsFilteredOut-InvalidMessageBody",
      ]),
    },
  },
};

function group(unit: EmittedMetric["unit"], dimensions: Dimensions, names: string[]): Group {
  return Object.fromEntries(names.map((name) => [name, { unit, dimensions, here: true }]));
}

function elsewhere(unit: EmittedMetric["unit"], dimensions: Dimensions, names: string[]): Group {
  return Object.fromEntries(names.map((name) => [name, { unit, dimensions, here: false }]));
}

/** What Step Functions emits of the tasks of one kind. */
function timedTask(kind: string, dimension: string): Group {
  const times = ["RunTime", "ScheduleTime", "Time"].map((end) => `${kind}${end}`);
  const counts = ["Scheduled", "Started", "Succeeded", "Failed", "TimedOut"];
  const names = counts.map((end) => `${kind}s${end}`);
  return {
    ...elsewhere("Milliseconds", [[dimension]], times),
    ...elsewhere("Count", [[dimension]], names),
  };
}
