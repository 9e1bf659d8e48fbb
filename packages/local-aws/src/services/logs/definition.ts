import type { ServiceDefinition } from "../../program/service-definition.ts";
import { logsResourceTypes } from "./resources.ts";
import type { Logs } from "./service.ts";

/** CloudWatch Logs. */
export const logs: ServiceDefinition<Logs> = {
  name: "logs",
  resourceTypes: logsResourceTypes,
  load: () => import("./start.ts"),
};
