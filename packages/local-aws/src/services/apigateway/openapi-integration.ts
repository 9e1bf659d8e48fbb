import type { Integration, ServiceTarget, TemplatedIntegration } from "./api-definition.ts";
import type { Document, Json } from "./document.ts";
import {
  byLowerCase,
  type Operation,
  readIntegrationResponse,
  readRequestParameters,
  refuseConversion,
} from "./openapi-mappings.ts";

const EXTENSION = "x-amazon-apigateway-integration";
const LAMBDA_KEYS = [
  "type",
  "httpMethod",
  "uri",
  "credentials",
  "timeoutInMillis",
  "passthroughBehavior",
  "payloadFormatVersion",
  "contentHandling",
  "cacheNamespace",
  "connectionType",
  "responses",
];
const TEMPLATED_KEYS = [...LAMBDA_KEYS, "requestParameters", "requestTemplates"];
const LAMBDA_URI =
  /^arn:aws:apigateway:[a-z0-9-]+:lambda:path\/+2015-03-31\/functions\/(arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?)\/invocations$/;
const SQS_URI = /^arn:aws:apigateway:[a-z0-9-]+:sqs:path\/(\d{12})\/([\w-]+)$/;
const STATES_URI = /^arn:aws:apigateway:[a-z0-9-]+:states:action\/(\w+)$/;
const ROLE = /^arn:aws:iam::\d{12}:role\/.+$/;
const PASSTHROUGH = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"] as const;

/** Reads the integration of a method. */
export function readIntegration(document: Document, method: Operation): Integration {
  const { operation } = method;
  const where = `${method.where}: ${EXTENSION}`;
  if (operation[EXTENSION] === undefined) {
    document.fail(method.where, `no integration is defined; add ${EXTENSION}`);
  }
  const source = document.object(operation[EXTENSION], where);
  refuseConnection(document, source, where);
  refuseConversion(document, source, where);
  switch (String(source["type"]).toLowerCase()) {
    case "aws_proxy":
      return readLambdaProxy(document, source, where);
    case "mock":
      document.onlyKeys(source, TEMPLATED_KEYS, where);
      return { type: "mock", ...readTemplated(document, source, method, where) };
    case "aws":
      document.onlyKeys(source, TEMPLATED_KEYS, where);
      return {
        type: "service",
        target: readTarget(document, source, where),
        credentials: readRole(document, source["credentials"], where),
        requestParameters: readRequestParameters(document, source, method, where),
        ...readTemplated(document, source, method, where),
      };
    default:
      return document.fail(
        where,
        `type ${source["type"]} is not supported by the local runtime; aws_proxy, aws and mock are`,
      );
  }
}

function refuseConnection(document: Document, source: Json, where: string): void {
  const { connectionType = "INTERNET" } = source;
  if (connectionType !== "INTERNET") {
    document.fail(where, `connectionType ${connectionType} is not supported by the local runtime`);
  }
}

function readLambdaProxy(document: Document, source: Json, where: string): Integration {
  document.onlyKeys(source, LAMBDA_KEYS, where);
  const uri = document.string(source["uri"], `${where}.uri`);
  const functionArn = LAMBDA_URI.exec(uri)?.[1];
  if (!functionArn) {
    document.fail(`${where}.uri`, `${uri} is not the invoke ARN of a function; use its invokeArn`);
  }
  if (String(source["httpMethod"]).toUpperCase() !== "POST") {
    document.fail(
      `${where}.httpMethod`,
      `${source["httpMethod"]}: functions are invoked with POST, whatever the method's own verb is`,
    );
  }
  const version = source["payloadFormatVersion"] ?? "1.0";
  if (version !== "1.0") {
    document.fail(`${where}.payloadFormatVersion`, `${version}: a REST API sends 1.0`);
  }
  const credentials = source["credentials"];
  return {
    type: "lambda-proxy",
    functionArn,
    credentials: credentials === undefined ? undefined : readRole(document, credentials, where),
    timeoutMs: readTimeout(document, source, where),
  };
}

function readTarget(document: Document, source: Json, where: string): ServiceTarget {
  const uri = document.string(source["uri"], `${where}.uri`);
  if (String(source["httpMethod"]).toUpperCase() !== "POST") {
    document.fail(
      `${where}.httpMethod`,
      `${source["httpMethod"]}: the local runtime calls by POST`,
    );
  }
  const [, account, queue] = SQS_URI.exec(uri) ?? [];
  if (account && queue) return { service: "sqs", account, queue };
  const action = STATES_URI.exec(uri)?.[1];
  if (action) return { service: "states", action };
  return document.fail(
    `${where}.uri`,
    `${uri} is not supported by the local runtime; …:sqs:path/ACCOUNT/QUEUE and …:states:action/NAME are`,
  );
}

function readRole(document: Document, value: unknown, where: string): string {
  const role = document.string(value, `${where}.credentials`);
  if (!ROLE.test(role)) document.fail(`${where}.credentials`, `${role} is not the ARN of a role`);
  return role;
}

function readTimeout(document: Document, source: Json, where: string): number {
  const timeout = source["timeoutInMillis"] ?? 29_000;
  if (typeof timeout !== "number" || timeout < 50 || timeout > 29_000) {
    document.fail(`${where}.timeoutInMillis`, `${timeout} must be between 50 and 29000`);
  }
  return timeout;
}

function readTemplated(
  document: Document,
  source: Json,
  method: Operation,
  where: string,
): TemplatedIntegration {
  const behaviour = String(source["passthroughBehavior"] ?? "WHEN_NO_MATCH").toUpperCase();
  const passthroughBehavior = PASSTHROUGH.find((known) => known === behaviour);
  if (!passthroughBehavior) {
    document.fail(
      `${where}.passthroughBehavior`,
      `${behaviour} is not one of ${PASSTHROUGH.join(", ")}`,
    );
  }
  const templates = document.strings(source["requestTemplates"], `${where}.requestTemplates`);
  const responses = Object.entries(document.object(source["responses"], `${where}.responses`));
  return {
    requestTemplates: byLowerCase(templates),
    passthroughBehavior,
    responses: responses.map(([pattern, value]) =>
      readIntegrationResponse(document, pattern, value, method, `${where}.responses.${pattern}`),
    ),
    timeoutMs: readTimeout(document, source, where),
  };
}
