import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { emitDynamoDbMetrics } from "./metrics.ts";
import { DynamoDb } from "./service.ts";

/** Starts DynamoDB and DynamoDB Streams. */
export function start({ kernel }: ServiceContext): RunningService<DynamoDb> {
  const dynamodb = new DynamoDb(kernel);
  return {
    api: dynamodb,
    endpoints: [dynamodb, dynamodb.streams],
    provision: { "aws:dynamodb/table:Table": (it) => dynamodb.provisionTable(it) },
    emitMetrics: (sink) => emitDynamoDbMetrics(dynamodb, sink),
    stop: () => dynamodb.stop(),
  };
}
