import type { ServiceDefinition } from "../../program/service-definition.ts";
import { statesMetrics } from "./emitted-metrics.ts";
import { statesResourceTypes } from "./resources.ts";
import type { StepFunctions } from "./service.ts";

/** Step Functions. */
export const stepFunctions: ServiceDefinition<StepFunctions> = {
  name: "step-functions",
  resourceTypes: statesResourceTypes,
  emittedMetrics: { "AWS/States": statesMetrics },
  load: () => import("./start.ts"),
};
