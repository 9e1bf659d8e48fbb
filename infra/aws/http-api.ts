import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";
import { camelCase } from "./function.ts";
import type { HandlerFunction } from "./inventory.ts";
import { logGroup } from "./log-group.ts";
import type { ApiDescription } from "./openapi/api-description.ts";

/** The settings of one HTTP API. */
export interface HttpApiArgs {
  api: ApiDescription;
  /** The function for each operation, by the operation's id. */
  functions: Record<string, HandlerFunction>;
  /** Handles requests that match no operation: the gateway's own response is not a problem document. */
  fallback: HandlerFunction;
  /** Origins whose pages may call the API, beside those of the setting `api:corsOrigins`. */
  origins?: pulumi.Input<string>[] | undefined;
}

/** A deployed HTTP API. */
export interface DeployedHttpApi {
  url: pulumi.Output<string>;
}

const STAGE = "prod";
const PREFLIGHT = "OPTIONS /{proxy+}";

// The same fields as for REST APIs; nothing of a body or a query.
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
export function httpApi(name: string, args: HttpApiArgs, parent: Component): DeployedHttpApi {
  const { api: description, functions, fallback, origins = [] } = args;
  const { domain, settings } = parent.foundation;
  const options = { parent };
  const api = new aws.apigatewayv2.Api(
    name,
    {
      name: `${pulumi.getProject()}-${pulumi.getStack()}-${description.name}`,
      description: description.title,
      protocolType: "HTTP",
      corsConfiguration: {
        allowOrigins: settings.api.corsOrigins.includes("*")
          ? ["*"]
          : [...settings.api.corsOrigins, ...origins],
        allowMethods: ["GET", "POST", "OPTIONS"],
        allowHeaders: ["authorization", "content-type", "idempotency-key", "x-correlation-id"],
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
    ["preflight", PREFLIGHT, fallback],
  ];
  const authorization = authorizationOf(name, api, parent);
  const created = routes.map(([id, routeKey, { target }]) => {
    const integration = new aws.apigatewayv2.Integration(
      `${name}-${id}`,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: target.arn,
        payloadFormatVersion: "2.0",
      },
      options,
    );
    new aws.lambda.Permission(
      `${name}-${id}`,
      {
        function: target.functionName,
        qualifier: target.qualifier,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/${STAGE}/${requestOf(routeKey)}`,
      },
      options,
    );
    return new aws.apigatewayv2.Route(
      `${name}-${id}`,
      {
        apiId: api.id,
        routeKey,
        target: pulumi.interpolate`integrations/${integration.id}`,
        // A browser sends no credentials with a preflight; without a route of its own it would need those of $default.
        ...(routeKey !== PREFLIGHT && authorization),
      },
      options,
    );
  });
  const key = `${camelCase(name)}Access`;
  const accessLogs = logGroup(name, { key, writer: "/aws/apigateway" }, parent);
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
        detailedMetricsEnabled: settings.api.detailedMetrics,
      },
    },
    { ...options, dependsOn: created },
  );
  domain?.serve(name, { apiId: api.id, stage: stage.name, path: description.name }, parent);
  parent.inventory.add("httpApis", name, stage);
  return { url: stage.invokeUrl };
}

/** The authorization that the settings require. API Gateway itself responds to preflights. */
function authorizationOf(
  name: string,
  { id }: aws.apigatewayv2.Api,
  parent: Component,
): Pick<aws.apigatewayv2.RouteArgs, "authorizationType" | "authorizerId"> {
  const { httpAuthorizer, jwtAudience = "", jwtIssuer = "" } = parent.foundation.settings.api;
  if (httpAuthorizer === "none") return {};
  if (httpAuthorizer === "iam") return { authorizationType: "AWS_IAM" };
  const authorizer = new aws.apigatewayv2.Authorizer(
    `${name}-jwt`,
    {
      name: "jwt",
      apiId: id,
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: jwtIssuer, audiences: [jwtAudience] },
    },
    { parent },
  );
  return { authorizationType: "JWT", authorizerId: authorizer.id };
}

/** A route as permissions name it, with a wildcard for each parameter. */
function requestOf(routeKey: string): string {
  return routeKey.replace(" ", "").replaceAll(/\{\w+\+?\}/g, "*");
}
