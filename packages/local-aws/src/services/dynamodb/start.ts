import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { emitDynamoDbMetrics } from "./metrics.ts";
import { DynamoDb } from "./service.ts";
import type { TimeToLiveOptions } from "./time-to-live.ts";

/** Starts DynamoDB and DynamoDB Streams. */
export function start(context: ServiceContext): RunningService<DynamoDb> {
  return startWith(context);
}

/** Starts them with another time to live, e.g. in a simulation. */
export function startWith(
  { kernel }: Pick<ServiceContext, "kernel">,
  options: TimeToLiveOptions = {},
): RunningService<DynamoDb> {
  const dynamodb = new DynamoDb(kernel, options);
  return {
    api: dynamodb,
    endpoints: [dynamodb, dynamodb.streams],
    provision: { "aws:dynamodb/table:Table": (it) => dynamodb.provisionTable(it) },
    emitMetrics: (sink) => emitDynamoDbMetrics(dynamodb, sink),
    stop: () => dynamodb.stop(),
  };
}
