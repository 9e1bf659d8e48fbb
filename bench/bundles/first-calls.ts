const REQUEST = {
  httpMethod: "GET",
  resource: "/",
  path: "/",
  pathParameters: null as Record<string, string> | null,
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  stageVariables: null,
  body: null as string | null,
  isBase64Encoded: false,
  requestContext: { requestId: "request-1", identity: {} },
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
  "tests/fixtures/bundle/keep-order.ts": { orderId: "order-1", customerId: "tea-house" },
};

/** What the functions need in their environment, beside what Lambda sets. */
export function environment(url: string): Record<string, string> {
  return {
    CUSTOMERS_TABLE: "customers",
    IDEMPOTENCY_HOURS: "24",
    INGEST_TABLE: "requests",
    ORDERS_TABLE: "orders",
    URL_GET: `${url}/users`,
    URL_POST: `${url}/ingest`,
  };
}
