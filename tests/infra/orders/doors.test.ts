import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assertFunction, assertRole, type ExpectedFunction } from "../support/permissions.ts";
import { ordersWith } from "../support/program.ts";

const test = suite("doors for orders");

const resources = await ordersWith();
const { get } = resources;
const json = (value: unknown) => JSON.parse(String(value));

const TABLE = "orders-table.arn";
const ORDERS = { ORDERS_TABLE: "orders-table.name" };
const SHARDED = { ...ORDERS, ORDER_STATUS_SHARDS: "4" };

const functions: Record<string, ExpectedFunction> = {
  "orders-place-order": {
    description: "Stores an order, once per Idempotency-Key",
    environment: { ...SHARDED, IDEMPOTENCY_HOURS: "24", UNPRICED_PRODUCTS: "true" },
    allowed: [[["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"], [TABLE]]],
  },
  "orders-get-order": {
    description: "Reads an order",
    environment: ORDERS,
    allowed: [[["dynamodb:GetItem"], [TABLE]]],
  },
  "orders-list-orders": {
    description: "Lists orders by status",
    environment: SHARDED,
    allowed: [
      [["dynamodb:GetItem", "dynamodb:PutItem"], [TABLE]],
      [["dynamodb:Query"], [`${TABLE}/index/byStatus`]],
    ],
  },
  "orders-put-product": {
    description: "Sets the stock, price and name of a product",
    environment: ORDERS,
    allowed: [[["dynamodb:PutItem", "dynamodb:UpdateItem"], [TABLE]]],
  },
  "orders-get-product": {
    description: "Reads the stock and price of a product",
    environment: ORDERS,
    allowed: [[["dynamodb:GetItem"], [TABLE]]],
  },
  "orders-accept-order": {
    description: "Sends an order to the queue",
    environment: { ORDERS_QUEUE_URL: "orders-queue.url" },
    allowed: [[["sqs:SendMessage"], ["orders-queue.arn"]]],
  },
  "orders-get-order-status": {
    description: "Reads the status of an order",
    environment: ORDERS,
    allowed: [[["dynamodb:GetItem"], [TABLE]]],
  },
  "orders-list-products": {
    description: "Lists products with their price and stock",
    environment: ORDERS,
    allowed: [[["dynamodb:BatchGetItem", "dynamodb:Query"], [TABLE]]],
  },
  "orders-no-such-route": {
    description: "Answers requests to the HTTP API that match no operation",
    allowed: [],
  },
};

for (const [name, expected] of Object.entries(functions)) {
  test(`${name} may do what its operation takes, and nothing else`, () => {
    assertFunction(resources, name, expected);
  });
}

test("the keyed API is regional, asks for TLS 1.2, and is made from a document", () => {
  const { body, ...api } = get("orders-api").inputs;
  assert.equal(api, {
    name: "commerce-backend-test-orders",
    description: "Orders API",
    endpointConfiguration: { types: "REGIONAL" },
    securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06",
    endpointAccessMode: "BASIC",
    failOnWarnings: true,
  });
  assert.equal(Object.keys(json(body).paths["/orders/direct"]), ["post", "options"]);
});

test("the key belongs to a plan with a throttle and a quota", () => {
  assert.equal(get("orders-api-plan").inputs, {
    apiStages: [{ apiId: "orders-api.id", stage: "prod" }],
    throttleSettings: { rateLimit: 100, burstLimit: 200 },
    quotaSettings: { limit: 1_000_000, period: "DAY" },
  });
  assert.equal(get("orders-api-key").inputs, { description: "Key of default for the Orders API" });
  assert.equal(get("orders-api-plan-key").inputs, {
    keyId: "orders-api-key.id",
    keyType: "API_KEY",
    usagePlanId: "orders-api-plan.id",
  });
});

test("the direct door may send to the queue and nothing else, and opens once it may", () => {
  assertRole(resources, "orders-direct", "apigateway.amazonaws.com", [
    [["sqs:SendMessage"], ["orders-queue.arn"]],
  ]);
  const { dependencies } = get("orders-api-stage");
  assert.ok(dependencies.includes("orders-direct-policy"), dependencies.join());
});

test("the direct door checks the body, and lets nothing through that has no template", () => {
  const document = json(get("orders-api").inputs["body"]);
  const { post } = document.paths["/orders/direct"];
  // The validator of the whole API: bodies and parameters.
  assert.is(post["x-amazon-apigateway-request-validator"], undefined);
  assert.is(document["x-amazon-apigateway-request-validator"], "all");
  assert.equal(post.requestBody, {
    required: true,
    content: { "application/json": { schema: { $ref: "#/components/schemas/DirectOrderBody" } } },
  });
  const { requestTemplates, responses, ...integration } = post["x-amazon-apigateway-integration"];
  assert.equal(integration, {
    type: "aws",
    httpMethod: "POST",
    uri: "arn:aws:apigateway:eu-central-1:sqs:path/111122223333/orders-queue.name",
    credentials: "orders-direct-role.arn",
    passthroughBehavior: "never",
    requestParameters: {
      "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
    },
  });
  assert.equal(Object.keys(requestTemplates), ["application/json"]);
  const statuses = Object.entries<{ statusCode: string }>(responses).map(
    ([pattern, { statusCode }]) => [pattern, statusCode],
  );
  assert.equal(statuses, [
    ["200", "202"],
    ["400", "413"],
    ["default", "503"],
  ]);
  for (const status of ["202", "400", "413", "503"]) assert.ok(post.responses[status], status);
});

test("the HTTP API is open to browsers, and speaks of its errors and where orders are", () => {
  assert.equal(get("orders-http-api").inputs, {
    name: "commerce-backend-test-orders-http",
    description: "Orders HTTP API",
    protocolType: "HTTP",
    corsConfiguration: {
      allowOrigins: ["*"],
      allowMethods: ["GET", "POST", "OPTIONS"],
      allowHeaders: ["authorization", "content-type", "idempotency-key", "x-correlation-id"],
      exposeHeaders: ["apigw-requestid", "location", "retry-after"],
      maxAge: 86_400,
    },
  });
});

test("the HTTP API's stage is throttled, and logs no body and no query", () => {
  const { accessLogSettings, ...stage } = get("orders-http-api-stage").inputs;
  assert.equal(stage, {
    apiId: "orders-http-api.id",
    name: "prod",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingRateLimit: 100,
      throttlingBurstLimit: 200,
      detailedMetricsEnabled: false,
    },
  });
  const { destinationArn, format } = accessLogSettings as Record<string, string>;
  assert.is(destinationArn, "orders-http-api-logs.arn");
  assert.equal(json(format), {
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
});

test.run();
