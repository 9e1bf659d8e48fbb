import type { ApiDescription, Operation } from "./api-description.ts";
import { gatewayResponses } from "./gateway-responses.ts";
import { gatewayModel, type Json, schemaReference } from "./schemas.ts";

/** TLS 1.2 or newer, without a custom domain. */
export const SECURITY_POLICY = "SecurityPolicy_TLS13_1_2_2021_06";
export const ENDPOINT_ACCESS_MODE = "BASIC";

/** Where to find the function of an operation, by the operation's id. The value may be one that is known only later. */
export type InvocationUri = (operationId: string) => unknown;

/** An operation with another integration than a function: the integration, and its responses. */
export interface ServiceIntegration {
  integration: Json;
  responses: Json;
}

/** The integrations of an API's operations, and the authorization of its callers. */
export interface GatewayDocumentArgs {
  uriOf: InvocationUri;
  /** Operations with another integration than a function, by the operation's id. */
  services?: Record<string, ServiceIntegration>;
  /** Whether callers sign their requests with IAM. */
  signed?: boolean;
}

/** The OpenAPI document that API Gateway builds the API from. */
export function gatewayDocument(api: ApiDescription, args: GatewayDocumentArgs): Json {
  const schemes = {
    ...(api.keyed && { apiKey: { type: "apiKey", name: "x-api-key", in: "header" } }),
    ...(args.signed && {
      iam: {
        type: "apiKey",
        name: "Authorization",
        in: "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
      },
    }),
  };
  return {
    openapi: "3.0.1",
    info: { title: api.title, version: api.version },
    paths: paths(api, args, Object.keys(schemes)),
    components: {
      schemas: models(api),
      ...(Object.keys(schemes).length > 0 && { securitySchemes: schemes }),
    },
    // An import resets what the document leaves out.
    "x-amazon-apigateway-security-policy": SECURITY_POLICY,
    "x-amazon-apigateway-endpoint-access-mode": ENDPOINT_ACCESS_MODE,
    "x-amazon-apigateway-api-key-source": "HEADER",
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
      parameters: { validateRequestBody: false, validateRequestParameters: true },
    },
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": gatewayResponses(args.signed),
  };
}

function paths(
  api: ApiDescription,
  { uriOf, services = {} }: GatewayDocumentArgs,
  schemes: string[],
): Json {
  // In one requirement, each scheme is required.
  const security = [Object.fromEntries(schemes.map((scheme) => [scheme, []]))];
  const names = [...new Set(api.operations.map(({ path }) => path))];
  return Object.fromEntries(
    names.map((path) => {
      const operations = api.operations.filter((operation) => operation.path === path);
      const methods = operations.map((it) => {
        const service = services[it.id];
        const answer = service ? toService(it, service) : toFunction(it, uriOf(it.id));
        return [it.method, { ...answer, ...(schemes.length > 0 && { security }) }];
      });
      return [path, { ...Object.fromEntries(methods), options: preflight(operations) }];
    }),
  );
}

function toFunction(operation: Operation, uri: unknown): Json {
  const { body, answers } = operation;
  return {
    ...requestOf(operation),
    // The gateway cannot say which field is wrong, and the handler can.
    ...(body && { "x-amazon-apigateway-request-validator": "parameters" }),
    responses: Object.fromEntries(
      Object.keys(answers).map((status) => [status, { description: "" }]),
    ),
    "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
  };
}

function toService(operation: Operation, { integration, responses }: ServiceIntegration): Json {
  return {
    ...requestOf(operation),
    responses,
    "x-amazon-apigateway-integration": integration,
  };
}

function requestOf(operation: Operation): Json {
  const { id, body } = operation;
  return {
    operationId: id,
    parameters: parameters(operation),
    ...(body && {
      requestBody: {
        required: body.required,
        content: { "application/json": { schema: schemaReference(body.schema) } },
      },
    }),
  };
}

function models(api: ApiDescription): Json {
  const bodies = new Set(api.operations.flatMap(({ body }) => body?.schema ?? []));
  return Object.fromEntries(
    Object.entries(api.schemas)
      .filter(([name]) => bodies.has(name))
      .map(([name, schema]) => [name, gatewayModel(schema)]),
  );
}

function parameters({ pathParameters = {} }: Operation): Json[] {
  return Object.keys(pathParameters).map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

/** Responds to preflights, without a key and without a function. */
function preflight(operations: Operation[]): Json {
  const methods = operations.map(({ method }) => method.toUpperCase());
  const headers = {
    "Access-Control-Allow-Headers":
      "Authorization,Content-Type,Idempotency-Key,X-Amz-Date,X-Amz-Security-Token,X-Api-Key,X-Correlation-Id",
    "Access-Control-Allow-Methods": [...methods, "OPTIONS"].sort().join(","),
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Max-Age": "86400",
  };
  const names = Object.keys(headers);
  return {
    parameters: operations[0] ? parameters(operations[0]) : [],
    responses: {
      204: {
        description: "",
        headers: Object.fromEntries(names.map((name) => [name, { schema: { type: "string" } }])),
      },
    },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": JSON.stringify({ statusCode: 204 }) },
      passthroughBehavior: "never",
      responses: {
        default: {
          statusCode: "204",
          responseParameters: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [
              `method.response.header.${name}`,
              `'${value}'`,
            ]),
          ),
        },
      },
    },
  };
}
