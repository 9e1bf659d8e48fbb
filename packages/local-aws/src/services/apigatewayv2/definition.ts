import type { ServiceDefinition } from "../../program/service-definition.ts";
import { httpApiMetrics } from "./emitted-metrics.ts";
import type { HttpApis } from "./http-apis.ts";
import { httpApiResourceTypes } from "./resources.ts";

/** API Gateway's HTTP APIs. */
export const httpApis: ServiceDefinition<HttpApis> = {
  name: "apigatewayv2",
  resourceTypes: httpApiResourceTypes,
  emittedMetrics: { "AWS/ApiGateway": httpApiMetrics },
  load: () => import("./start.ts"),
};
