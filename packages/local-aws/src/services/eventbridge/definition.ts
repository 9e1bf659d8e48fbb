import type { ServiceDefinition } from "../../program/service-definition.ts";
import { eventsMetrics } from "./emitted-metrics.ts";
import { eventsResourceTypes } from "./resources.ts";
import type { EventBridge } from "./service.ts";

/** EventBridge. */
export const eventBridge: ServiceDefinition<EventBridge> = {
  name: "eventbridge",
  resourceTypes: eventsResourceTypes,
  emittedMetrics: { "AWS/Events": eventsMetrics },
  load: () => import("./start.ts"),
};
