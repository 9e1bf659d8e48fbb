import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { logs } from "../logs/definition.ts";
import { ApiGatewayService } from "./apigateway-service.ts";
import { emitRestApiMetrics } from "./metrics.ts";
import { RestApis } from "./rest-apis.ts";

/** Starts API Gateway's REST APIs. */
export function start({ kernel, use }: ServiceContext): RunningService<RestApis> {
  const { writeLine } = use(logs);
  const restApis = new RestApis(kernel, { writeLog: writeLine });
  return {
    api: restApis,
    endpoints: [new ApiGatewayService(restApis, kernel.region)],
    provision: {
      "aws:apigateway/restApi:RestApi": (it) => restApis.provisionRestApi(it),
      "aws:apigateway/deployment:Deployment": (it) => restApis.provisionDeployment(it),
      "aws:apigateway/stage:Stage": (it) => restApis.provisionStage(it),
      "aws:apigateway/methodSettings:MethodSettings": (it) => restApis.provisionMethodSettings(it),
      "aws:apigateway/apiKey:ApiKey": (it) => restApis.provisionApiKey(it),
      "aws:apigateway/usagePlan:UsagePlan": (it) => restApis.provisionUsagePlan(it),
      "aws:apigateway/usagePlanKey:UsagePlanKey": (it) => restApis.provisionUsagePlanKey(it),
    },
    requests: restApis,
    emitMetrics: (sink) => emitRestApiMetrics(restApis, sink),
  };
}
