import type { ServiceDefinition } from "../../program/service-definition.ts";
import { snsMetrics } from "./emitted-metrics.ts";
import { snsResourceTypes } from "./resources.ts";
import type { Sns } from "./service.ts";

/** SNS. */
export const sns: ServiceDefinition<Sns> = {
  name: "sns",
  resourceTypes: snsResourceTypes,
  emittedMetrics: { "AWS/SNS": snsMetrics },
  load: () => import("./start.ts"),
};
