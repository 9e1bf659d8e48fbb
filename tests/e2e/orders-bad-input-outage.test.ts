import { ServiceError } from "local-aws/testing";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { assertProblem, type Door, exchange, type WireRequest } from "./support/refusals.ts";
import { mugs, Shop } from "./support/shop.ts";
import { breakOperation, startStack, type TestStack } from "./support/stack.ts";
import { settled, storeDigest } from "./support/store-digest.ts";

const test = suite("orders, while a service that they need is out of order");
let stack: TestStack;
let shop: Shop;
let keyed: Door;
let open: Door;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  shop = new Shop(stack);
  const headers = { origin: "http://localhost:5173", "content-type": "application/json" };
  open = { stack, url: stack.output("ordersHttpApiUrl"), headers };
  const withKey = { ...headers, "x-api-key": stack.output("ordersApiKey") };
  keyed = { stack, url: stack.output("ordersApiUrl"), headers: withKey };
});
test.after(() => stack?.stop());

const UNKNOWN = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const ORDER = JSON.stringify(mugs());
const throttled = new ServiceError(
  "ProvisionedThroughputExceededException",
  "broken by a test",
  400,
);

type Outage = [why: string, door: () => Door, broken: string, request: WireRequest];

const OUTAGES: Outage[] = [
  ["POST /orders", () => keyed, "PutItem", { target: "/orders", body: ORDER }],
  [
    "POST /orders with a key",
    () => keyed,
    "TransactWriteItems",
    { target: "/orders", body: ORDER, headers: { "idempotency-key": "x27" } },
  ],
  ["GET /orders", () => keyed, "Query", { method: "GET", target: "/orders" }],
  [
    "GET /orders/{orderId}",
    () => keyed,
    "GetItem",
    { method: "GET", target: `/orders/${UNKNOWN}` },
  ],
  [
    "PUT /products/{productId}",
    () => keyed,
    "UpdateItem",
    { method: "PUT", target: "/products/mug", body: '{"stock":1}' },
  ],
  ["GET /products/{productId}", () => keyed, "GetItem", { method: "GET", target: "/products/mug" }],
  [
    "GET /orders/{orderId} of the HTTP API",
    () => open,
    "GetItem",
    { method: "GET", target: `/orders/${UNKNOWN}` },
  ],
];

for (const [index, [why, door, broken, request]] of OUTAGES.entries()) {
  // What is throttled is tried again more slowly; two of them show that it ends the same.
  for (const error of index < 2 ? [undefined, throttled] : [undefined]) {
    test(`X27 ${why} while ${broken} ${error ? "is throttled" : "fails"}`, async () => {
      const before = await storeDigest(stack);
      const mend = breakOperation(stack, stack.services.dynamodb, broken, error);
      const answer = await exchange(door(), request);
      mend();
      assertProblem(answer, { code: "unavailable", detail: "The service is busy; try again." });
      assert.is(answer.headers["retry-after"], "1");
      assert.is(await settled(stack), before);
    });
  }
}

test("X27 the same request goes through afterwards, once", async () => {
  const orders = await shop.countOrders();
  const key = { "idempotency-key": "x27" };
  const first = await shop.place("rest", mugs(), key);
  assert.is(await shop.place("rest", mugs(), key), first);
  await shop.until(first, "COMPLETED");
  assert.is(await shop.countOrders(), orders + 1);
});

test("X27 an order whose answer from the table is lost is complete, and found by its key", async () => {
  const orders = await shop.countOrders();
  const { dynamodb } = stack.services;
  const whole = dynamodb.operations["TransactWriteItems"];
  if (!whole) throw new Error("there is no TransactWriteItems");
  const run: typeof whole.run = async (input, context) => {
    const answer = await whole.run(input, context);
    // The saga's own transactions go through.
    if (!JSON.stringify(input).includes("#x27-lost")) return answer;
    throw new ServiceError("InternalServerError", "broken by a test", 500);
  };
  const operations = { ...dynamodb.operations, TransactWriteItems: { ...whole, run } };
  stack.kernel.dispatcher.register({ name: dynamodb.name, operations });
  const key = { "idempotency-key": "x27-lost" };
  const lost = await shop.send("rest", mugs(), key);
  stack.kernel.dispatcher.register(dynamodb);
  assert.ok([201, 503].includes(lost.status), lost.text);
  const found = await shop.place("rest", mugs(), key);
  await shop.until(found, "COMPLETED");
  assert.is(await shop.countOrders(), orders + 1);
  const read = await call("GET", `${keyed.url}/orders/${found}`, { headers: keyed.headers });
  assert.is(read.json["totalAmount"], 59.98);
});

test.run();
