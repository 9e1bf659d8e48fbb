import type { ServiceDefinition } from "../../program/service-definition.ts";
import type { EventSources } from "./event-sources.ts";
import { eventSourceResourceTypes } from "./resources.ts";

/** Lambda's event source mappings. */
export const eventSources: ServiceDefinition<EventSources> = {
  name: "event-sources",
  resourceTypes: eventSourceResourceTypes,
  load: () => import("./start.ts"),
};
