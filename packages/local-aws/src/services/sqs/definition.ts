import type { ServiceDefinition } from "../../program/service-definition.ts";
import { sqsMetrics } from "./emitted-metrics.ts";
import { sqsResourceTypes } from "./resources.ts";
import type { Sqs } from "./service.ts";

/** SQS. */
export const sqs: ServiceDefinition<Sqs> = {
  name: "sqs",
  resourceTypes: sqsResourceTypes,
  emittedMetrics: { "AWS/SQS": sqsMetrics },
  load: () => import("./start.ts"),
};
