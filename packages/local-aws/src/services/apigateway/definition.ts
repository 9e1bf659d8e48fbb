import type { ServiceDefinition } from "../../program/service-definition.ts";
import { restApiMetrics } from "./emitted-metrics.ts";
import { apigatewayResourceTypes } from "./resources.ts";
import type { RestApis } from "./rest-apis.ts";

/** API Gateway's REST APIs. */
export const restApis: ServiceDefinition<RestApis> = {
  name: "apigateway",
  resourceTypes: apigatewayResourceTypes,
  emittedMetrics: { "AWS/ApiGateway": restApiMetrics },
  load: () => import("./start.ts"),
};
