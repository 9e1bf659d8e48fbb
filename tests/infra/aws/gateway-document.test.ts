import draft04 from "ajv-draft-04";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as v from "valibot";
import {
  ANSWER_HEADERS,
  type ProblemCode,
  problemSchema,
} from "../../../handlers/shared/contract.ts";
import type { ApiDescription } from "../../../infra/aws/openapi/api-description.ts";
import { gatewayDocument } from "../../../infra/aws/openapi/gateway-document.ts";
import { customersApi } from "../../../infra/customers/api.ts";

const test = suite("gateway document");

// The document is JSON on its way to AWS, and its parts are looked at here as such.
const documentOf = (api: ApiDescription) =>
  JSON.parse(JSON.stringify(gatewayDocument(api, { uriOf: (operation) => `uri of ${operation}` })));

const document = documentOf(customersApi);
const customer = document.paths["/customers/{id}"];
const responses: Record<
  string,
  {
    statusCode: string;
    responseParameters: Record<string, string>;
    responseTemplates: Record<string, string>;
  }
> = document["x-amazon-apigateway-gateway-responses"];

test("hands each operation to its function, and asks for the key", () => {
  assert.equal(Object.keys(customer), ["put", "get", "delete", "options"]);
  for (const method of ["put", "get", "delete"]) {
    const operation = customer[method];
    assert.equal(operation.security, [{ apiKey: [] }]);
    assert.equal(operation["x-amazon-apigateway-integration"], {
      type: "aws_proxy",
      httpMethod: "POST",
      uri: `uri of ${method}Customer`,
    });
  }
  assert.equal(document.components.securitySchemes, {
    apiKey: { type: "apiKey", name: "x-api-key", in: "header" },
  });
  assert.is(document["x-amazon-apigateway-api-key-source"], "HEADER");
});

test("validates parameters, and leaves a body to the handler, which can name the field", () => {
  assert.equal(document["x-amazon-apigateway-request-validators"], {
    all: { validateRequestBody: true, validateRequestParameters: true },
    parameters: { validateRequestBody: false, validateRequestParameters: true },
  });
  assert.is(document["x-amazon-apigateway-request-validator"], "all");
  assert.is(customer.put["x-amazon-apigateway-request-validator"], "parameters");
  assert.is(customer.get["x-amazon-apigateway-request-validator"], undefined);
  for (const method of ["put", "get", "delete", "options"]) {
    assert.equal(customer[method].parameters, [
      { name: "id", in: "path", required: true, schema: { type: "string" } },
    ]);
  }
});

test("has the handler's own schema as model of the body", () => {
  assert.equal(customer.put.requestBody, {
    required: false,
    content: { "application/json": { schema: { $ref: "#/components/schemas/PutCustomerBody" } } },
  });
  assert.equal(document.components.schemas, {
    PutCustomerBody: {
      type: "object",
      properties: { id: { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$" } },
      additionalProperties: false,
    },
  });
  const ajv = new draft04.default({ strict: false });
  const validate = ajv.compile(document.components.schemas.PutCustomerBody);
  assert.is(validate({ id: "demo-123" }), true);
  assert.is(validate({ id: " " }), false);
  assert.is(validate({ name: "x" }), false);
});

test("answers a preflight itself, without a key", () => {
  const { security, responses, "x-amazon-apigateway-integration": integration } = customer.options;
  assert.is(security, undefined);
  assert.equal(integration, {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode":204}' },
    passthroughBehavior: "never",
    responses: {
      default: {
        statusCode: "204",
        responseParameters: {
          "method.response.header.Access-Control-Allow-Headers":
            "'Authorization,Content-Type,Idempotency-Key,X-Amz-Date,X-Amz-Security-Token,X-Api-Key,X-Correlation-Id'",
          "method.response.header.Access-Control-Allow-Methods": "'DELETE,GET,OPTIONS,PUT'",
          "method.response.header.Access-Control-Allow-Origin": "'*'",
          "method.response.header.Access-Control-Max-Age": "'86400'",
        },
      },
    },
  });
  assert.equal(Object.keys(responses["204"].headers).sort(), [
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Max-Age",
  ]);
});

const refusals: [type: string, status: string, code: ProblemCode, retryAfter?: string][] = [
  ["ACCESS_DENIED", "403", "forbidden"],
  ["API_CONFIGURATION_ERROR", "500", "internal"],
  ["BAD_REQUEST_BODY", "400", "validation_failed"],
  ["BAD_REQUEST_PARAMETERS", "400", "invalid_parameter"],
  ["DEFAULT_4XX", "400", "invalid_parameter"],
  ["DEFAULT_5XX", "500", "internal"],
  ["EXPIRED_TOKEN", "403", "forbidden"],
  ["INTEGRATION_FAILURE", "503", "unavailable", "1"],
  ["INTEGRATION_TIMEOUT", "503", "unavailable", "1"],
  ["INVALID_API_KEY", "403", "forbidden"],
  ["INVALID_SIGNATURE", "403", "forbidden"],
  ["MISSING_AUTHENTICATION_TOKEN", "404", "not_found"],
  ["QUOTA_EXCEEDED", "429", "throttled", "3600"],
  ["RESOURCE_NOT_FOUND", "404", "not_found"],
  ["THROTTLED", "429", "throttled", "1"],
  ["UNSUPPORTED_MEDIA_TYPE", "415", "unsupported_media_type"],
  ["WAF_FILTERED", "403", "forbidden"],
];

test("says how every error of the gateway looks", () => {
  assert.equal(Object.keys(responses).sort(), refusals.map(([type]) => type).sort());
});

for (const [type, status, code, retryAfter] of refusals) {
  test(`${type} is a problem document like a handler's, ${status} ${code}`, () => {
    const { statusCode, responseParameters, responseTemplates } = responses[type] ?? {};
    assert.is(statusCode, status);
    const problem = v.parse(
      problemSchema,
      JSON.parse(responseTemplates?.["application/json"] ?? ""),
    );
    assert.is(problem.code, code);
    assert.is(problem.status, Number(status));
    assert.is(problem.message, problem.detail);
    assert.is(problem.instance, "urn:request:$context.requestId");
    const headers: Record<string, string> = {
      ...ANSWER_HEADERS,
      "Content-Type": "application/problem+json",
      ...(retryAfter && { "Retry-After": retryAfter }),
    };
    const expected = Object.entries(headers).map(([name, value]) => [
      `gatewayresponse.header.${name}`,
      `'${value}'`,
    ]);
    assert.equal(responseParameters, Object.fromEntries(expected));
  });
}

test("a request without the signature that an API asks for is forbidden, not unknown", () => {
  const signed = JSON.parse(
    JSON.stringify(gatewayDocument(customersApi, { uriOf: () => "", signed: true })),
  );
  const response = signed["x-amazon-apigateway-gateway-responses"].MISSING_AUTHENTICATION_TOKEN;
  assert.is(response.statusCode, "403");
  assert.is(JSON.parse(response.responseTemplates["application/json"]).code, "forbidden");
});

test("is the same when only words have changed, so that they are no new deployment", () => {
  const [put, ...others] = customersApi.operations;
  assert.ok(put);
  const reworded: ApiDescription = {
    ...customersApi,
    description: "Other words.",
    tags: { Customers: "Other words." },
    schemas: {
      ...customersApi.schemas,
      PutCustomerBody: v.pipe(
        customersApi.schemas["PutCustomerBody"] ?? v.unknown(),
        v.description("Other words."),
      ),
    },
    operations: [{ ...put, summary: "Other words", description: "Other words." }, ...others],
  };
  assert.equal(documentOf(reworded), document);
});

test.run();
