import type { ServiceDefinition } from "../../program/service-definition.ts";
import { dynamoDbMetrics } from "./emitted-metrics.ts";
import { dynamodbResourceTypes } from "./resources.ts";
import type { DynamoDb } from "./service.ts";

/** DynamoDB and DynamoDB Streams. */
export const dynamodb: ServiceDefinition<DynamoDb> = {
  name: "dynamodb",
  resourceTypes: dynamodbResourceTypes,
  emittedMetrics: { "AWS/DynamoDB": dynamoDbMetrics },
  load: () => import("./start.ts"),
};
