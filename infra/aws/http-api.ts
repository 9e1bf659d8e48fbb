import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";
import type { HandlerFunction } from "./function.ts";
import { logGroup } from "./log-group.ts";
import type { ApiDescription } from "./openapi/api-description.ts";
import type { WatchedComponent } from "./watched.ts";

/** What one HTTP API differs in. */
export interface HttpApiArgs {
  api: ApiDescription;
  /** The function for each operation, by the operation's id. */
  functions: Record<string, HandlerFunction>;
  /** Answers what is no operation: the gateway's own answer is no problem document. */
  fallback: HandlerFunction;
  settings: Pick<Settings, "api" | "logs">;
}

/** A deployed HTTP API, and where it answers. */
export interface DeployedHttpApi {
  url: pulumi.Output<string>;
  accessLogs: aws.cloudwatch.LogGroup;
}

const STAGE = "prod";

// As REST APIs log; nothing of a body, or of a query.
const ACCESS_LOG_LINE = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  responseBytes: "$context.responseLength",
  error: "$context.error.responseType",
});

/** An HTTP API with one stage: cheaper and faster than a REST API, and without keys. */
export function httpApi(
  name: string,
  args: HttpApiArgs,
  parent: WatchedComponent,
): DeployedHttpApi {
  const { api: description, functions, fallback, settings } = args;
  const options = { parent };
  const api = new aws.apigatewayv2.Api(
    name,
    {
      name: description.name,
      description: description.title,
      protocolType: "HTTP",
      corsConfiguration: {
        allowOrigins: ["*"],
        allowMethods: ["GET", "POST", "OPTIONS"],
        allowHeaders: ["content-type", "idempotency-key", "x-correlation-id"],
        exposeHeaders: ["apigw-requestid", "location", "retry-after"],
        maxAge: 86_400,
      },
    },
    options,
  );
  const routes: [id: string, key: string, target: HandlerFunction][] = [
    ...description.operations.map(({ id, method, path }): [string, string, HandlerFunction] => {
      const target = functions[id];
      if (!target) throw new Error(`operation ${id} of the ${description.title} has no function`);
      return [id, `${method.toUpperCase()} ${path}`, target];
    }),
    ["fallback", "$default", fallback],
  ];
  const created = routes.map(([id, routeKey, { lambda }]) => {
    const integration = new aws.apigatewayv2.Integration(
      `${name}-${id}`,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: lambda.arn,
        payloadFormatVersion: "2.0",
      },
      options,
    );
    new aws.lambda.Permission(
      `${name}-${id}`,
      {
        function: lambda.name,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/${STAGE}/${requestOf(routeKey)}`,
      },
      options,
    );
    return new aws.apigatewayv2.Route(
      `${name}-${id}`,
      { apiId: api.id, routeKey, target: pulumi.interpolate`integrations/${integration.id}` },
      options,
    );
  });
  const accessLogs = logGroup(name, "/aws/apigateway", settings.logs.retentionDays, parent);
  const stage = new aws.apigatewayv2.Stage(
    `${name}-stage`,
    {
      apiId: api.id,
      name: STAGE,
      autoDeploy: true,
      accessLogSettings: { destinationArn: accessLogs.arn, format: ACCESS_LOG_LINE },
      defaultRouteSettings: {
        throttlingRateLimit: settings.api.throttleRate,
        throttlingBurstLimit: settings.api.throttleBurst,
        detailedMetricsEnabled: true,
      },
    },
    { ...options, dependsOn: created },
  );
  parent.watched.httpApis[name] = stage;
  return { url: stage.invokeUrl, accessLogs };
}

/** A route as permissions name it, with what may stand for its parameters. */
function requestOf(routeKey: string): string {
  return routeKey.replace(" ", "").replaceAll(/\{\w+\}/g, "*");
}
