import type { ServiceDefinition } from "../../program/service-definition.ts";
import { pipesMetrics } from "./emitted-metrics.ts";
import { pipesResourceTypes } from "./resources.ts";
import type { Pipes } from "./service.ts";

/** EventBridge Pipes. */
export const pipes: ServiceDefinition<Pipes> = {
  name: "pipes",
  resourceTypes: pipesResourceTypes,
  emittedMetrics: { "AWS/EventBridge/Pipes": pipesMetrics },
  load: () => import("./start.ts"),
};
