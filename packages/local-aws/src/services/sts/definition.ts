import type { ServiceDefinition } from "../../program/service-definition.ts";

/** STS. */
export const sts: ServiceDefinition<void> = {
  name: "sts",
  resourceTypes: [],
  load: () => import("./start.ts"),
};
