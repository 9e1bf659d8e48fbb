import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { logs } from "../logs/definition.ts";
import { HttpApis } from "./http-apis.ts";
import { emitHttpApiMetrics } from "./metrics.ts";

/** Starts API Gateway's HTTP APIs. */
export function start({ kernel, use }: ServiceContext): RunningService<HttpApis> {
  const { writeLine } = use(logs);
  const httpApis = new HttpApis(kernel, writeLine);
  return {
    api: httpApis,
    provision: {
      "aws:apigatewayv2/api:Api": (it) => httpApis.registry.provisionApi(it),
      "aws:apigatewayv2/integration:Integration": (it) =>
        httpApis.registry.provisionIntegration(it),
      "aws:apigatewayv2/route:Route": (it) => httpApis.registry.provisionRoute(it),
      "aws:apigatewayv2/stage:Stage": (it) => httpApis.registry.provisionStage(it),
    },
    requests: httpApis,
    emitMetrics: (sink) => emitHttpApiMetrics(httpApis, sink),
  };
}
