import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readOpenApi } from "../../src/services/apigateway/openapi.ts";
import {
  FUNCTION,
  LAMBDA,
  lambdaOperation,
  openApi,
  ROLE,
  refusalOf,
} from "../support/rest-api.ts";

const test = suite("rest-api-document");

const EXTENSION = "x-amazon-apigateway-integration";
const API_KEY = { type: "apiKey", name: "x-api-key", in: "header" };

function refusal(body: unknown): string {
  return refusalOf(() => void readOpenApi("Shop", body));
}

function withIntegration(integration: object, more: object = {}): string {
  return openApi({ "/a": { post: { [EXTENSION]: integration, ...more } } });
}

test("reads methods with keys, validators, parameters and models", () => {
  const body = openApi(
    {
      "/orders/{id}": {
        parameters: [{ name: "id", in: "path", required: true }],
        put: lambdaOperation({
          security: [{ key: [] }],
          parameters: [
            { $ref: "#/components/parameters/Page" },
            { name: "X-Trace", in: "header", required: true },
          ],
          requestBody: {
            content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
          },
        }),
        "x-amazon-apigateway-any-method": lambdaOperation({
          "x-amazon-apigateway-request-validator": "nothing",
        }),
      },
    },
    {
      components: {
        securitySchemes: { key: API_KEY },
        parameters: { Page: { name: "page", in: "query" } },
        schemas: {
          Order: {
            type: "object",
            required: ["items"],
            properties: {
              items: { type: "array", minItems: 1, items: { $ref: "#/components/schemas/Item" } },
            },
          },
          Item: { type: "object", properties: { sku: { type: "string", nullable: true } } },
        },
      },
      "x-amazon-apigateway-request-validator": "all",
      "x-amazon-apigateway-request-validators": {
        all: { validateRequestBody: true, validateRequestParameters: true },
        nothing: { validateRequestBody: false, validateRequestParameters: false },
      },
      "x-amazon-apigateway-binary-media-types": ["image/*"],
    },
  );

  const definition = readOpenApi("Shop", body);

  assert.equal(definition.binaryMediaTypes, ["image/*"]);
  const integration = {
    type: "lambda-proxy",
    functionArn: FUNCTION,
    credentials: undefined,
    timeoutMs: 29_000,
  };
  const id = { place: "path", name: "id", required: true };
  assert.equal(definition.methods, [
    {
      httpMethod: "PUT",
      resourcePath: "/orders/{id}",
      apiKeyRequired: true,
      validateBody: true,
      validateParameters: true,
      parameters: [
        id,
        { place: "querystring", name: "page", required: false },
        { place: "header", name: "X-Trace", required: true },
      ],
      models: {
        "application/json": {
          $ref: "#/definitions/Order",
          definitions: {
            Order: {
              type: "object",
              required: ["items"],
              properties: { items: { type: "array", items: { $ref: "#/definitions/Item" } } },
            },
            Item: { type: "object", properties: { sku: { type: "string" } } },
          },
        },
      },
      integration,
    },
    {
      httpMethod: "ANY",
      resourcePath: "/orders/{id}",
      apiKeyRequired: false,
      validateBody: false,
      validateParameters: false,
      parameters: [id],
      models: {},
      integration,
    },
  ]);
});

test("reads gateway responses", () => {
  const body = openApi(
    { "/a": { get: lambdaOperation() } },
    {
      "x-amazon-apigateway-gateway-responses": {
        DEFAULT_4XX: {
          responseParameters: { "gatewayresponse.header.Vary": "'Origin'" },
          responseTemplates: { "application/problem+json": "{}" },
        },
        THROTTLED: { statusCode: "503" },
      },
    },
  );
  assert.equal(readOpenApi("Shop", body).gatewayResponses, {
    DEFAULT_4XX: {
      status: undefined,
      headers: { Vary: "'Origin'" },
      templates: { "application/problem+json": "{}" },
    },
    THROTTLED: { status: 503, headers: {}, templates: {} },
  });
});

test("refuses by name what it does not know", () => {
  const get = lambdaOperation();
  const cases: [string, unknown][] = [
    [
      "Shop: body is not set; the local runtime needs a REST API as an OpenAPI 3.0 document",
      undefined,
    ],
    ["Shop: openapi: 2.0: the local runtime reads OpenAPI 3.0", '{"openapi":"2.0"}'],
    [
      "Shop: security: API Gateway reads it on operations only; write it on each of them",
      openApi({ "/a": { get } }, { security: [] }),
    ],
    [
      "Shop: body: x-amazon-apigateway-policy is not supported by the local runtime",
      openApi({ "/a": { get } }, { "x-amazon-apigateway-policy": {} }),
    ],
    [
      "Shop: x-amazon-apigateway-api-key-source: AUTHORIZER is not supported by the local runtime; use HEADER",
      openApi({ "/a": { get } }, { "x-amazon-apigateway-api-key-source": "AUTHORIZER" }),
    ],
    [
      "Shop: GET /a: x-amazon-apigateway-auth is not supported by the local runtime",
      openApi({ "/a": { get: { ...get, "x-amazon-apigateway-auth": { type: "AWS_IAM" } } } }),
    ],
    [
      "Shop: paths./a: trace is not supported by the local runtime",
      openApi({ "/a": { trace: get } }),
    ],
    [
      "Shop: GET /a: security: jwt (x-amazon-apigateway-authorizer) is not supported by the local runtime; only API keys in x-api-key and IAM signatures are",
      openApi(
        { "/a": { get: { ...get, security: [{ jwt: [] }] } } },
        {
          components: {
            securitySchemes: { jwt: { ...API_KEY, "x-amazon-apigateway-authorizer": {} } },
          },
        },
      ),
    ],
    [
      "Shop: GET /a: security: key: API Gateway reads API keys from x-api-key only, not from x-key",
      openApi(
        { "/a": { get: { ...get, security: [{ key: [] }] } } },
        { components: { securitySchemes: { key: { ...API_KEY, name: "X-Key" } } } },
      ),
    ],
    [
      "Shop: x-amazon-apigateway-gateway-responses.NOPE: is not a gateway response type",
      openApi({ "/a": { get } }, { "x-amazon-apigateway-gateway-responses": { NOPE: {} } }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration: type http_proxy is not supported by the local runtime; aws_proxy, aws and mock are",
      withIntegration({ type: "http_proxy", uri: "https://example.com" }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration: connectionType VPC_LINK is not supported by the local runtime",
      withIntegration({ ...LAMBDA, connectionType: "VPC_LINK" }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration: cacheKeyParameters is not supported by the local runtime",
      withIntegration({ ...LAMBDA, cacheKeyParameters: ["a"] }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration.uri: arn:aws:apigateway:eu-central-1:s3:path/b/k is not supported by the local runtime; …:sqs:path/ACCOUNT/QUEUE and …:states:action/NAME are",
      withIntegration({
        type: "aws",
        httpMethod: "POST",
        uri: "arn:aws:apigateway:eu-central-1:s3:path/b/k",
        credentials: ROLE,
      }),
    ],
  ];
  for (const [message, body] of cases) assert.is(refusal(body), message);
});

test("refuses what AWS refuses at deployment", () => {
  const get = lambdaOperation();
  const mock = { type: "mock", responses: { default: { statusCode: "200" } } };
  const cases: [string, string][] = [
    ["Shop: paths: the REST API doesn't contain any methods", openApi({})],
    [
      "Shop: GET /a: no integration is defined; add x-amazon-apigateway-integration",
      openApi({ "/a": { get: {} } }),
    ],
    ["Shop: paths./a/: is the same resource as /a", openApi({ "/a": { get }, "/a/": { get } })],
    ["Shop: paths.a: must begin with a slash", openApi({ a: { get } })],
    [
      "Shop: paths./{b}/c: a sibling ({a}) of {b} already has a variable path part; only one is allowed",
      openApi({ "/{a}": { get }, "/{b}/c": { get } }),
    ],
    [
      "Shop: paths./{a+}/b: {a+} takes the rest of the path, so nothing may follow it",
      openApi({ "/{a+}/b": { get } }),
    ],
    [
      'Shop: paths./x{a}: "x{a}": a resource\'s path part is a-z A-Z 0-9 . _ - : or one whole {parameter}',
      openApi({ "/x{a}": { get } }),
    ],
    [
      "Shop: GET /a: path parameter id is not part of the path",
      openApi({ "/a": { get: { ...get, parameters: [{ name: "id", in: "path" }] } } }),
    ],
    [
      "Shop: GET /a: x-amazon-apigateway-request-validator: all is not in x-amazon-apigateway-request-validators",
      openApi({ "/a": { get: { ...get, "x-amazon-apigateway-request-validator": "all" } } }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration.uri: arn:aws:lambda:x is not the invoke ARN of a function; use its invokeArn",
      withIntegration({ ...LAMBDA, uri: "arn:aws:lambda:x" }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration.httpMethod: GET: functions are invoked with POST, whatever the method's own verb is",
      withIntegration({ ...LAMBDA, httpMethod: "GET" }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration.timeoutInMillis: 30000 must be between 50 and 29000",
      withIntegration({ ...LAMBDA, timeoutInMillis: 30_000 }),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration.responses.default: statusCode 200 is not among the method's responses; declare it there",
      withIntegration(mock),
    ],
    [
      "Shop: POST /a: x-amazon-apigateway-integration.responses.default.responseParameters: invalid mapping expression parameter: method.response.header.Vary; declare the header in the method's 200 response",
      withIntegration(
        {
          type: "mock",
          responses: {
            default: {
              statusCode: "200",
              responseParameters: { "method.response.header.Vary": "'Origin'" },
            },
          },
        },
        { responses: { 200: { description: "ok" } } },
      ),
    ],
    [
      'Shop: POST /a: application/json schema: type "file" is not one of object, array, string, number, integer, boolean, null',
      openApi({
        "/a": {
          post: lambdaOperation({
            requestBody: { content: { "application/json": { schema: { type: "file" } } } },
          }),
        },
      }),
    ],
    [
      "Shop: POST /a: application/json schema: $ref #/components/schemas/Nope points to nothing",
      openApi({
        "/a": {
          post: lambdaOperation({
            requestBody: {
              content: { "application/json": { schema: { $ref: "#/components/schemas/Nope" } } },
            },
          }),
        },
      }),
    ],
  ];
  for (const [message, body] of cases) assert.is(refusal(body), message);
});

test("refuses a mapping of a header that the method does not declare", () => {
  const integration = {
    type: "aws",
    httpMethod: "POST",
    uri: "arn:aws:apigateway:eu-central-1:sqs:path/000000000000/orders",
    credentials: ROLE,
    requestParameters: { "integration.request.header.X": "method.request.header.Idempotency-Key" },
  };
  assert.is(
    refusal(withIntegration(integration)),
    "Shop: POST /a: x-amazon-apigateway-integration.requestParameters.integration.request.header.X: " +
      "invalid mapping expression parameter: method.request.header.Idempotency-Key; " +
      "declare it in the parameters of POST /a",
  );
});

test.run();
