import type { ServiceDefinition } from "../../program/service-definition.ts";
import { cloudwatchResourceTypes } from "./resources.ts";
import type { CloudWatch } from "./service.ts";

/** CloudWatch: metrics, alarms and dashboards. */
export const cloudwatch: ServiceDefinition<CloudWatch> = {
  name: "cloudwatch",
  resourceTypes: cloudwatchResourceTypes,
  load: () => import("./start.ts"),
};
