import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const TABLE = [["TableName"]];
const TABLE_OR_INDEX = [["TableName"], ["TableName", "GlobalSecondaryIndexName"]];
const OPERATION = [["TableName", "Operation"]];

/** What AWS emits as `AWS/DynamoDB`. */
export const dynamoDbMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
  metrics: {
    ...emittedHere("Milliseconds", OPERATION, ["SuccessfulRequestLatency"]),
    ...emittedHere("Count", OPERATION, ["ReturnedItemCount", "SystemErrors"]),
    ...emittedHere("Count", TABLE, ["ConditionalCheckFailedRequests"]),
    ...emittedHere("Count", [[]], ["UserErrors"]),
    ...emittedByAws("Count", OPERATION, ["ThrottledRequests"]),
    ...emittedByAws("Count", TABLE, ["TransactionConflict", "TimeToLiveDeletedItemCount"]),
    ...emittedByAws("Count", TABLE_OR_INDEX, [
      "ReadThrottleEvents",
      "WriteThrottleEvents",
      "ConsumedReadCapacityUnits",
      "ConsumedWriteCapacityUnits",
      "ProvisionedReadCapacityUnits",
      "ProvisionedWriteCapacityUnits",
    ]),
  },
};
