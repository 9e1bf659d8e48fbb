import pulumi from "@pulumi/pulumi";
import { orderVariables } from "../../infra/orders/variables.ts";
import { readSettings } from "../../infra/settings.ts";
import { CREATED_AT, orderIds, storedOrder } from "./stored-items.ts";

const REQUEST = {
  httpMethod: "GET",
  resource: "/",
  path: "/",
  pathParameters: null as Record<string, string> | null,
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: null as Record<string, string> | null,
  multiValueQueryStringParameters: null as Record<string, string[]> | null,
  stageVariables: null,
  body: null as string | null,
  isBase64Encoded: false,
  requestContext: { requestId: "request-1", identity: {} },
};

/** A request to an HTTP API, in payload format 2.0. */
const HTTP_REQUEST = {
  version: "2.0",
  routeKey: "$default",
  rawPath: "/orders",
  rawQueryString: "",
  headers: { "content-type": "application/json" },
  pathParameters: undefined as Record<string, string> | undefined,
  body: undefined as string | undefined,
  isBase64Encoded: false,
  requestContext: { requestId: "request-1", http: { method: "GET", path: "/orders" } },
};

const JSON_HEADERS = {
  headers: { "content-type": "application/json" },
  multiValueHeaders: { "content-type": ["application/json"] },
};

const orderBody = JSON.stringify({
  customerId: "customer-1",
  customerEmail: "ada@example.com",
  items: [{ productId: "mug-blue", quantity: 2, price: 29.99 }],
});

const run = (orderId: string) => ({ orderId, createdAt: CREATED_AT });

const announcement = {
  eventType: "OrderCreated",
  ...run(orderIds.placed),
  version: 1,
  status: "PENDING",
  correlationId: "request-1",
  totalAmount: 59.98,
  currency: "EUR",
  customerId: "customer-1",
  customerEmail: "ada@example.com",
};

const customer = { ...REQUEST, pathParameters: { id: "tea-house" } };

/** The event of the first call of each function, by its entry file. */
export const firstCalls: Readonly<Record<string, unknown>> = {
  "handlers/customers/delete-customer.ts": customer,
  "handlers/customers/get-customer.ts": customer,
  "handlers/customers/insert-id.ts": { id: "tea-house" },
  "handlers/customers/log-event.ts": { id: "tea-house" },
  "handlers/customers/put-customer.ts": customer,
  "handlers/customers/validate-exists.ts": { id: "tea-house" },
  "handlers/ingest/get-users.ts": REQUEST,
  "handlers/ingest/ingest.ts": {
    ...REQUEST,
    httpMethod: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "request-1" },
    multiValueHeaders: {
      "content-type": ["application/json"],
      "idempotency-key": ["request-1"],
    },
    body: JSON.stringify({
      users: [{ id: 7, name: "Ada Lovelace", email: "ada@example.com", active: true }],
    }),
  },
  "handlers/ingest/pull-users.ts": {},
  "handlers/orders/doors/accept-order.ts": { ...HTTP_REQUEST, body: orderBody },
  "handlers/orders/saga/charge-payment.ts": run(orderIds.held),
  "handlers/orders/saga/confirm-order.ts": run(orderIds.paid),
  "handlers/orders/doors/get-order-status.ts": {
    ...HTTP_REQUEST,
    pathParameters: { orderId: orderIds.placed },
  },
  "handlers/orders/doors/get-order.ts": {
    ...REQUEST,
    pathParameters: { orderId: orderIds.placed },
  },
  "handlers/orders/doors/get-product.ts": { ...REQUEST, pathParameters: { productId: "mug-blue" } },
  "handlers/orders/doors/list-orders.ts": {
    ...REQUEST,
    queryStringParameters: { status: "PENDING" },
    multiValueQueryStringParameters: { status: ["PENDING"] },
  },
  "handlers/orders/pipeline/notify-customer.ts": {
    Records: [{ Sns: { Message: JSON.stringify(announcement) } }],
  },
  "handlers/orders/pipeline/order-events.ts": {
    Records: [
      {
        eventName: "INSERT",
        dynamodb: {
          NewImage: storedOrder(orderIds.placed, "PENDING", "NONE", "NONE"),
          SequenceNumber: "1",
        },
      },
    ],
  },
  "handlers/orders/doors/place-order.ts": {
    ...REQUEST,
    ...JSON_HEADERS,
    httpMethod: "POST",
    body: orderBody,
  },
  "handlers/orders/pipeline/process-order.ts": {
    Records: [
      {
        messageId: "message-1",
        body: JSON.stringify(run(orderIds.placed)),
        attributes: { ApproximateReceiveCount: "1" },
        messageAttributes: {},
      },
    ],
  },
  "handlers/orders/doors/put-product.ts": {
    ...REQUEST,
    ...JSON_HEADERS,
    httpMethod: "PUT",
    pathParameters: { productId: "mug-blue" },
    body: '{"stock":10}',
  },
  "handlers/orders/pipeline/reconcile.ts": {},
  "handlers/orders/saga/refund-payment.ts": run(orderIds.refunding),
  "handlers/orders/saga/reject-order.ts": { ...run(orderIds.released), error: "payment_declined" },
  "handlers/orders/saga/release-stock.ts": run(orderIds.refunded),
  "handlers/orders/saga/reserve-stock.ts": run(orderIds.placed),
  "handlers/orders/doors/no-such-route.ts": HTTP_REQUEST,
  "packages/lambda-bundler/tests/fixtures/keep-order.ts": {
    orderId: "order-1",
    customerId: "tea-house",
  },
};

/** The status that a function answers its first call with, where it is a refusal. */
export const refusals: Readonly<Record<string, number>> = {
  "handlers/orders/doors/no-such-route.ts": 404,
};

/** What the functions need in their environment, beside what Lambda sets. */
export function environment(url: string): Record<string, string> {
  pulumi.runtime.setAllConfig({ "aws:region": "eu-central-1" });
  return {
    ...orderVariables(readSettings()),
    CUSTOMERS_TABLE: "customers",
    INGEST_TABLE: "requests",
    ORDERS_QUEUE_URL: `${url}/000000000000/orders`,
    ORDERS_TABLE: "orders",
    ORDERS_TOPIC_ARN: "arn:aws:sns:eu-central-1:000000000000:orders",
    ORDER_WORKFLOW_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:orders",
    PAYMENTS_TABLE: "payments",
    SET_ASIDE_QUEUE_URL: `${url}/000000000000/orders-dlq`,
    URL_GET: `${url}/users`,
    URL_POST: `${url}/ingest`,
  };
}
