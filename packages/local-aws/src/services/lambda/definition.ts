import type { ServiceDefinition } from "../../program/service-definition.ts";
import { lambdaMetrics } from "./emitted-metrics.ts";
import { lambdaResourceTypes } from "./resources.ts";
import type { Lambda } from "./service.ts";

/** Lambda. */
export const lambda: ServiceDefinition<Lambda> = {
  name: "lambda",
  resourceTypes: lambdaResourceTypes,
  emittedMetrics: { "AWS/Lambda": lambdaMetrics },
  load: () => import("./start.ts"),
};
