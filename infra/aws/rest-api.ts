import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";
import { documentForOrigin } from "./cors.ts";
import { camelCase } from "./function.ts";
import type { HandlerFunction, RestApiStage } from "./inventory.ts";
import { executionLogGroup, logGroup } from "./log-group.ts";
import type { ApiDescription } from "./openapi/api-description.ts";
import {
  ENDPOINT_ACCESS_MODE,
  gatewayDocument,
  SECURITY_POLICY,
  type ServiceIntegration,
} from "./openapi/gateway-document.ts";

/** The settings of one REST API. */
export interface RestApiArgs {
  api: ApiDescription;
  /** The function for each operation, by the operation's id. */
  functions: Record<string, HandlerFunction>;
  /** Operations that the gateway sends to another AWS service, by the operation's id. */
  services?: Record<string, ServiceIntegration>;
  /** Policies of the roles that the API itself uses; its stage is created after them. */
  permissions?: aws.iam.RolePolicy[];
}

/** A deployed REST API. */
export interface DeployedApi extends RestApiStage {
  url: pulumi.Output<string>;
}

const STAGE = "prod";
const SAMPLING_PRIORITY = 1000;

// One line per request; never the key itself, a body or a query.
const ACCESS_LOG_LINE = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  apiKeyId: "$context.identity.apiKeyId",
  method: "$context.httpMethod",
  resource: "$context.resourcePath",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  responseBytes: "$context.responseLength",
  error: "$context.error.responseType",
  trace: "$context.xrayTraceId",
});

/** A REST API with one stage. Each operation goes to a function or to another AWS service. */
export function restApi(name: string, args: RestApiArgs, parent: Component): DeployedApi {
  const { api, functions, services = {}, permissions = [] } = args;
  const { apiLogging, domain, settings, webAcl } = parent.foundation;
  const options = { parent };

  const functionOf = (operation: string) => {
    const found = functions[operation];
    if (!found) throw new Error(`operation ${operation} of the ${api.title} has no function`);
    return found.target;
  };
  const document = gatewayDocument(api, {
    uriOf: (operation) => functionOf(operation).invokeArn,
    services,
    signed: settings.api.restAuthorizer === "iam",
  });
  const body = pulumi.jsonStringify(document).apply((text) => documentForOrigin(text, settings));
  const rest = new aws.apigateway.RestApi(
    name,
    {
      // CloudWatch knows REST APIs by name: two stacks in one region must not share one.
      name: `${pulumi.getProject()}-${pulumi.getStack()}-${api.name}`,
      description: api.title,
      body,
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: SECURITY_POLICY,
      endpointAccessMode: ENDPOINT_ACCESS_MODE,
      // A model that API Gateway does not understand would validate nothing.
      failOnWarnings: true,
    },
    options,
  );
  // Each operation may invoke its function, and nothing else of the API may.
  for (const { id, method, path } of api.operations) {
    if (services[id]) continue;
    const request = `${STAGE}/${method.toUpperCase()}${path.replaceAll(/\{\w+\}/g, "*")}`;
    new aws.lambda.Permission(
      `${name}-${id}`,
      {
        function: functionOf(id).functionName,
        qualifier: functionOf(id).qualifier,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${rest.executionArn}/${request}`,
      },
      options,
    );
  }

  const deployment = new aws.apigateway.Deployment(
    `${name}-deployment`,
    // A stage serves a snapshot: without a new deployment after a change, it would keep serving the old one.
    { restApi: rest.id, triggers: { body: body.apply(sha256) } },
    options,
  );
  const key = camelCase(name);
  const accessLogs = logGroup(name, { key: `${key}Access`, writer: "/aws/apigateway" }, parent);
  const errorLogs = executionLogGroup(name, { key: `${key}Errors`, rest, stage: STAGE }, parent);
  const stage = new aws.apigateway.Stage(
    `${name}-stage`,
    {
      restApi: rest.id,
      deployment: deployment.id,
      stageName: STAGE,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: accessLogs.arn, format: ACCESS_LOG_LINE },
    },
    { ...options, dependsOn: [errorLogs, ...permissions, ...(apiLogging ? [apiLogging] : [])] },
  );
  if (settings.api.tracedPercent !== undefined) {
    new aws.xray.SamplingRule(
      `${name}-traces`,
      {
        ruleName: parent.foundation.fixedName(name),
        // A lower number has priority; X-Ray's own rule has 10,000.
        priority: SAMPLING_PRIORITY,
        serviceType: "AWS::ApiGateway::Stage",
        serviceName: pulumi.interpolate`${rest.name}/${STAGE}`,
        resourceArn: "*",
        host: "*",
        httpMethod: "*",
        urlPath: "*",
        version: 1,
        // Requests of each second that are traced in any case: at a few of them they would be most of all traces.
        reservoirSize: 0,
        fixedRate: settings.api.tracedPercent / 100,
      },
      options,
    );
  }
  new aws.apigateway.MethodSettings(
    `${name}-settings`,
    {
      restApi: rest.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: settings.api.detailedMetrics,
        loggingLevel: "ERROR",
        dataTraceEnabled: false,
        throttlingRateLimit: settings.api.throttleRate,
        throttlingBurstLimit: settings.api.throttleBurst,
      },
    },
    options,
  );

  if (webAcl) {
    new aws.wafv2.WebAclAssociation(
      `${name}-web-acl`,
      { resourceArn: stage.arn, webAclArn: webAcl.arn },
      options,
    );
  }
  domain?.serve(name, { apiId: rest.id, stage: stage.stageName, path: api.name }, parent);
  parent.inventory.add("restApis", name, { rest, stage });
  return { url: stage.invokeUrl, rest, stage };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
