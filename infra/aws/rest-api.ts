import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";
import type { HandlerFunction } from "./function.ts";
import { logGroup } from "./log-group.ts";
import type { ApiDescription } from "./openapi/api-description.ts";
import { gatewayDocument, type ServiceIntegration } from "./openapi/gateway-document.ts";
import type { WatchedComponent } from "./watched.ts";

/** What one REST API differs in. */
export interface RestApiArgs {
  api: ApiDescription;
  /** The function for each operation, by the operation's id. */
  functions: Record<string, HandlerFunction>;
  /** What else operations are handed to, by the operation's id. */
  services?: Record<string, ServiceIntegration>;
  /** The permissions that the API itself acts with; it answers nobody before they are there. */
  permissions?: aws.iam.RolePolicy[];
  /** API Gateway's role for logs, where the stack manages it. */
  loggingRole: pulumi.Resource | undefined;
  settings: Pick<Settings, "api" | "logs">;
}

/** A deployed API, and where it answers. */
export interface DeployedApi {
  url: pulumi.Output<string>;
  rest: aws.apigateway.RestApi;
  stage: aws.apigateway.Stage;
  accessLogs: aws.cloudwatch.LogGroup;
  errorLogs: aws.cloudwatch.LogGroup;
}

const STAGE = "prod";

// A line for each request; never the key itself, a body, or a query.
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

/** A REST API with one stage, whose every operation is handed to a function or to another service. */
export function restApi(name: string, args: RestApiArgs, parent: WatchedComponent): DeployedApi {
  const { api, functions, services = {}, permissions = [], loggingRole, settings } = args;
  const options = { parent };

  const functionOf = (operation: string) => {
    const found = functions[operation];
    if (!found) throw new Error(`operation ${operation} of the ${api.title} has no function`);
    return found.lambda;
  };
  const document = gatewayDocument(api, (operation) => functionOf(operation).invokeArn, services);
  const body = pulumi.jsonStringify(document);
  const rest = new aws.apigateway.RestApi(
    name,
    {
      name: api.name,
      description: api.title,
      body,
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06",
      endpointAccessMode: "BASIC",
    },
    options,
  );
  // Each operation, and nothing else of the API, may invoke its function.
  for (const { id, method, path } of api.operations) {
    if (services[id]) continue;
    const request = `${STAGE}/${method.toUpperCase()}${path.replaceAll(/\{\w+\}/g, "*")}`;
    new aws.lambda.Permission(
      `${name}-${id}`,
      {
        function: functionOf(id).name,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${rest.executionArn}/${request}`,
      },
      options,
    );
  }

  const deployment = new aws.apigateway.Deployment(
    `${name}-deployment`,
    // A stage serves a snapshot: without a new deployment for each change it would go on serving the old one.
    { restApi: rest.id, triggers: { body: body.apply(sha256) } },
    options,
  );
  const accessLogs = logGroup(name, "/aws/apigateway", settings.logs.retentionDays, parent);
  const errorLogs = new aws.cloudwatch.LogGroup(
    `${name}-error-logs`,
    // API Gateway chooses this name, and would create the group without a retention.
    {
      name: pulumi.interpolate`API-Gateway-Execution-Logs_${rest.id}/${STAGE}`,
      retentionInDays: settings.logs.retentionDays,
    },
    options,
  );
  const stage = new aws.apigateway.Stage(
    `${name}-stage`,
    {
      restApi: rest.id,
      deployment: deployment.id,
      stageName: STAGE,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: accessLogs.arn, format: ACCESS_LOG_LINE },
    },
    { ...options, dependsOn: [errorLogs, ...permissions, ...(loggingRole ? [loggingRole] : [])] },
  );
  new aws.apigateway.MethodSettings(
    `${name}-settings`,
    {
      restApi: rest.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        loggingLevel: "ERROR",
        dataTraceEnabled: false,
        throttlingRateLimit: settings.api.throttleRate,
        throttlingBurstLimit: settings.api.throttleBurst,
      },
    },
    options,
  );

  parent.watched.restApis[name] = { rest, stage };
  return { url: stage.invokeUrl, rest, stage, accessLogs, errorLogs };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
