import { suite } from "uvu";
import * as assert from "uvu/assert";
import { orderProgram } from "../support/order-program.ts";
import { assertFunction, assertRole, type ExpectedFunction } from "../support/permissions.ts";

const test = suite("doors for orders");

const resources = await orderProgram();
const { get, ofType } = resources;
const json = (value: unknown) => JSON.parse(String(value));

const TABLE = "order-tables-table.arn";
const ORDERS = { ORDERS_TABLE: "order-tables-table.name" };
const SHARDED = { ...ORDERS, ORDER_STATUS_SHARDS: "4" };

const functions: Record<string, ExpectedFunction> = {
  "orders-place": {
    description: "Stores an order, once for each key",
    environment: { ...SHARDED, IDEMPOTENCY_HOURS: "24" },
    allowed: [[["dynamodb:PutItem"], [TABLE]]],
  },
  "orders-get": {
    description: "Reads an order",
    environment: ORDERS,
    allowed: [[["dynamodb:GetItem"], [TABLE]]],
  },
  "orders-list": {
    description: "Lists orders by status",
    environment: SHARDED,
    allowed: [
      [["dynamodb:GetItem", "dynamodb:PutItem"], [TABLE]],
      [["dynamodb:Query"], [`${TABLE}/index/byStatus`]],
    ],
  },
  "orders-put-product": {
    description: "Sets the stock of a product",
    environment: ORDERS,
    allowed: [[["dynamodb:UpdateItem"], [TABLE]]],
  },
  "orders-get-product": {
    description: "Reads the stock of a product",
    environment: ORDERS,
    allowed: [[["dynamodb:GetItem"], [TABLE]]],
  },
  "orders-accept": {
    description: "Puts an order on the queue",
    environment: { ORDERS_QUEUE_URL: "orders-queue.url" },
    allowed: [[["sqs:SendMessage"], ["orders-queue.arn"]]],
  },
  "orders-status": {
    description: "Tells how an order stands",
    environment: ORDERS,
    allowed: [[["dynamodb:GetItem"], [TABLE]]],
  },
  "orders-no-such-route": {
    description: "Answers what is no operation of the HTTP API",
    allowed: [],
  },
};

for (const [name, expected] of Object.entries(functions)) {
  test(`${name} may do what its operation takes, and nothing else`, () => {
    assertFunction(resources, name, expected);
  });
}

const operations: [name: string, fn: string, request: string][] = [
  ["orders-api-placeOrder", "orders-place", "POST/orders"],
  ["orders-api-getOrder", "orders-get", "GET/orders/*"],
  ["orders-api-listOrders", "orders-list", "GET/orders"],
  ["orders-api-putProduct", "orders-put-product", "PUT/products/*"],
  ["orders-api-getProduct", "orders-get-product", "GET/products/*"],
];
const routes: [name: string, fn: string, key: string, request: string][] = [
  ["orders-http-api-acceptOrder", "orders-accept", "POST /orders", "POST/orders"],
  ["orders-http-api-getOrderStatus", "orders-status", "GET /orders/{orderId}", "GET/orders/*"],
  ["orders-http-api-fallback", "orders-no-such-route", "$default", "$default"],
];

const named = (type: string, name: string) => {
  const [found, ...others] = ofType(type).filter((it) => it.name === name);
  if (!found || others.length > 0) throw new Error(`not one ${type} ${name}`);
  return found.inputs;
};

test("each operation, and nothing else of its stage, may invoke its function", () => {
  const expected = [
    ...operations.map(([name, fn, request]) => [name, fn, "orders-api", request]),
    ...routes.map(([name, fn, , request]) => [name, fn, "orders-http-api", request]),
  ];
  for (const [name = "", fn, api, request] of expected) {
    assert.equal(named("aws:lambda/permission:Permission", name), {
      function: `${fn}.name`,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api}.executionArn/prod/${request}`,
    });
  }
  const permissions = ofType("aws:lambda/permission:Permission").filter(
    ({ inputs }) => inputs["principal"] === "apigateway.amazonaws.com",
  );
  assert.is(permissions.length, expected.length);
});

test("the keyed API is regional, asks for TLS 1.2 and a key, and hands each operation to its function", () => {
  const { body, ...api } = get("orders-api").inputs;
  assert.equal(api, {
    name: "orders",
    description: "Orders API",
    endpointConfiguration: { types: "REGIONAL" },
    securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06",
    endpointAccessMode: "BASIC",
  });
  const { paths } = json(body);
  const found = Object.entries<Record<string, Record<string, unknown>>>(paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        if (method === "options") return [];
        assert.equal(operation["security"], [{ apiKey: [] }]);
        const { uri } = operation["x-amazon-apigateway-integration"] as { uri: string };
        return [`${method} ${path} → ${uri}`];
      }),
  );
  assert.equal(found.sort(), [
    "get /orders → orders-list.invokeArn",
    "get /orders/{orderId} → orders-get.invokeArn",
    "get /products/{productId} → orders-get-product.invokeArn",
    "post /orders → orders-place.invokeArn",
    "post /orders/direct → arn:aws:apigateway:eu-central-1:sqs:path/111122223333/orders-queue.name",
    "put /products/{productId} → orders-put-product.invokeArn",
  ]);
});

test("the key belongs to a plan with a throttle and a quota", () => {
  assert.equal(get("orders-api-plan").inputs, {
    apiStages: [{ apiId: "orders-api.id", stage: "prod" }],
    throttleSettings: { rateLimit: 100, burstLimit: 200 },
    quotaSettings: { limit: 1_000_000, period: "DAY" },
  });
  assert.equal(get("orders-api-key").inputs, { description: "Key of the Orders API" });
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
    content: { "application/json": { schema: { $ref: "#/components/schemas/OrderBody" } } },
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
    name: "orders-http",
    description: "Orders HTTP API",
    protocolType: "HTTP",
    corsConfiguration: {
      allowOrigins: ["*"],
      allowMethods: ["GET", "POST", "OPTIONS"],
      allowHeaders: ["content-type", "idempotency-key", "x-correlation-id"],
      exposeHeaders: ["apigw-requestid", "location", "retry-after"],
      maxAge: 86_400,
    },
  });
});

for (const [name, fn, key] of routes) {
  test(`the route ${key} of the HTTP API goes to ${fn}`, () => {
    assert.equal(named("aws:apigatewayv2/route:Route", name), {
      apiId: "orders-http-api.id",
      routeKey: key,
      target: `integrations/${name}.id`,
    });
    assert.equal(named("aws:apigatewayv2/integration:Integration", name), {
      apiId: "orders-http-api.id",
      integrationType: "AWS_PROXY",
      integrationUri: `${fn}.arn`,
      payloadFormatVersion: "2.0",
    });
  });
}

test("the HTTP API's stage deploys each route, is throttled, and logs no body and no query", () => {
  const { inputs, dependencies } = get("orders-http-api-stage");
  const { accessLogSettings, ...stage } = inputs;
  assert.equal(stage, {
    apiId: "orders-http-api.id",
    name: "prod",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingRateLimit: 100,
      throttlingBurstLimit: 200,
      detailedMetricsEnabled: true,
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
  for (const [name] of routes) assert.ok(dependencies.includes(name), name);
});

test.run();
