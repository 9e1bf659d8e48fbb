import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { emitDynamoDbMetrics } from "./metrics.ts";
import { DynamoDb, type TablesSnapshot } from "./service.ts";

/** Starts DynamoDB and DynamoDB Streams. */
export function start({ kernel }: ServiceContext): RunningService<DynamoDb> {
  const dynamodb = new DynamoDb(kernel);
  return {
    api: dynamodb,
    endpoints: [dynamodb, dynamodb.streams],
    provision: { "aws:dynamodb/table:Table": (it) => dynamodb.provisionTable(it) },
    emitMetrics: (sink) => emitDynamoDbMetrics(dynamodb, sink),
    snapshot: {
      changes: /^dynamodb:(Put|Update|Delete|BatchWrite)/,
      take: () => dynamodb.snapshot(),
      restore: (data) => dynamodb.restore(data as TablesSnapshot),
    },
    stop: () => dynamodb.stop(),
  };
}
