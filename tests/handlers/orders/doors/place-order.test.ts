import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/doors/place-order.ts";
import type { Price } from "../../../../handlers/orders/rules/product.ts";
import {
  apiRequest,
  assertAnswer,
  assertProblem,
  REQUEST_ID,
} from "../../../support/api-request.ts";
import { CREATED_AT, ORDER_BODY, sampleOrder } from "../../../support/order-samples.ts";
import { orderTable } from "../../../support/order-table.ts";

const test = suite("placing an order by the keyed API");
// What the handler logs is not what is tested here.
console.info = () => {};
console.error = () => {};
const DAY = 24 * 60 * 60;
const EPOCH = Date.parse(CREATED_AT) / 1000;
const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

/** The handler over a table in memory, at a time that the test moves; ids are counted. */
function shop(unpricedProducts = true) {
  const prices = new Map<string, Price>();
  const table = orderTable();
  let seconds = EPOCH;
  let ids = 0;
  const handle = createHandler({
    takeIn: table.takeIn,
    findKey: table.findKey,
    findProducts: async (ids) => {
      const found = ids.flatMap((productId) => {
        const price = prices.get(productId);
        return price ? [[productId, { productId, free: 9, held: 0, sold: 0, price }] as const] : [];
      });
      return new Map(found);
    },
    unpricedProducts,
    now: () => new Date(seconds * 1000),
    newId: () => idOf(++ids),
    keptSeconds: DAY,
  });
  const event = (body: unknown, headers: Record<string, string> = {}) =>
    apiRequest({
      method: "POST",
      resource: "/orders",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const post = (body: unknown, headers?: Record<string, string>) => handle(event(body, headers));
  const withKey = (key: string, body: unknown = ORDER_BODY) =>
    post(body, { "Idempotency-Key": key });
  const postAs = (apiKeyId: string, body: unknown) => {
    const request = event(body, { "Idempotency-Key": "k" });
    const identity = { apiKeyId } as typeof request.requestContext.identity;
    return handle({ ...request, requestContext: { ...request.requestContext, identity } });
  };
  const later = (by: number) => {
    seconds += by;
  };
  return { table, prices, post, withKey, postAs, later };
}

const placed = (n: number, createdAt = CREATED_AT) => ({
  message: "Order accepted",
  orderId: idOf(n),
  status: "PENDING",
  totalAmount: 109.97,
  createdAt,
});

test("an order is stored, and answered with its id and total", async () => {
  const { table, post } = shop();
  assertAnswer(await post(ORDER_BODY, { "X-Correlation-Id": "c-1" }), 201, placed(1));
  assert.equal([...table.orders.values()], [sampleOrder({ orderId: idOf(1) })]);
  assert.is(table.keys.size, 0);
});

test("an order without a correlation id is marked with its request's", async () => {
  const { table, post } = shop();
  await post(ORDER_BODY);
  assert.is(table.orders.get(idOf(1))?.correlationId, REQUEST_ID);
});

test("orders without a key are each their own", async () => {
  const { table, post } = shop();
  assertAnswer(await post(ORDER_BODY), 201, placed(1));
  assertAnswer(await post(ORDER_BODY), 201, placed(2));
  assert.is(table.orders.size, 2);
});

test("a key is stored with the order, for a day", async () => {
  const { table, withKey } = shop();
  await withKey("k");
  assert.equal(
    [...table.keys],
    [
      [
        "orders#public#k",
        {
          orderId: idOf(1),
          fingerprint: "0f7fd2232dd605b32b2ba3e4ab69b3cc159c45f8cc7cca9bcf4f343c862f89cf",
          endsAt: EPOCH + DAY,
          expiresAt: EPOCH + DAY,
          response: JSON.stringify(placed(1)),
        },
      ],
    ],
  );
});

test("a request that is repeated is answered byte by byte the same", async () => {
  const { table, withKey, later } = shop();
  const first = await withKey("k");
  assertAnswer(first, 201, placed(1));
  later(DAY - 1);
  const again = await withKey('"k"', { currency: "EUR", ...ORDER_BODY });
  assert.equal(again, { ...first, headers: { ...first.headers, "Idempotent-Replayed": "true" } });
  assert.is(table.orders.size, 1);
});

test("a replay comes as it was stored, also where it says more than is answered today", async () => {
  const { table, withKey } = shop();
  await withKey("k");
  const record = table.keys.get("orders#public#k");
  if (record) record.response = '{"z":1,"a":2.50e0}';
  assert.is((await withKey("k")).body, '{"z":1,"a":2.5}');
});

test("ten equal requests at once create one order", async () => {
  const { table, withKey } = shop();
  const answers = await Promise.all(Array.from({ length: 10 }, () => withKey("k")));
  assert.equal([...new Set(answers.map(({ body }) => body))], [JSON.stringify(placed(1))]);
  const replayed = answers.filter(({ headers }) => headers["Idempotent-Replayed"] === "true");
  assert.equal([replayed.length, table.orders.size], [9, 1]);
});

test("a key with another body is refused, and nothing is stored", async () => {
  const { table, withKey } = shop();
  await withKey("k");
  const before = JSON.stringify([[...table.orders], [...table.keys]]);
  const answer = await withKey("k", { ...ORDER_BODY, customerId: "customer-2" });
  const { detail } = assertProblem(answer, { status: 422, code: "idempotency_key_reused" });
  const expected =
    "This Idempotency-Key was used with a different body; use a new key for a new request.";
  assert.is(detail, expected);
  assert.is(JSON.stringify([[...table.orders], [...table.keys]]), before);
});

test("a key is free again when its day is over", async () => {
  const { table, withKey, later } = shop();
  await withKey("k");
  later(DAY);
  const createdAt = new Date((EPOCH + DAY) * 1000).toISOString();
  assertAnswer(await withKey("k", ORDER_BODY), 201, placed(2, createdAt));
  assert.is(table.orders.size, 2);
});

test("keys of different callers never meet", async () => {
  const { table, postAs } = shop();
  await postAs("mine", ORDER_BODY);
  await postAs("theirs", { amount: 1, currency: "EUR" });
  assert.equal([...table.keys.keys()], ["orders#mine#k", "orders#theirs#k"]);
  assert.is(table.orders.size, 2);
});

for (const [what, body, code, errors] of [
  ["half a JSON", '{"amount":', "invalid_json", undefined],
  ["no JSON", "order", "invalid_json", undefined],
  ["nothing", "", "invalid_json", undefined],
  [
    "a field that is wrong",
    { amount: 0, currency: "EUR" },
    "validation_failed",
    [["/amount", "min"]],
  ],
  ["half a yen", { amount: 0.5, currency: "JPY" }, "validation_failed", [["/amount", "decimals"]]],
  [
    "a total that is too large",
    {
      ...ORDER_BODY,
      items: [1, 2].map((n) => ({ productId: `p${n}`, quantity: 10_000, price: 1_000 })),
    },
    "validation_failed",
    [["/items", "total_too_large"]],
  ],
] as [string, unknown, string, [string, string][] | undefined][]) {
  test(`a body with ${what} is refused, and nothing is stored`, async () => {
    const { table, withKey } = shop();
    assertProblem(await withKey("k", body), { status: 400, code, ...(errors && { errors }) });
    assert.equal([table.orders.size, table.keys.size], [0, 0]);
  });
}

test("an invalid key is refused, and nothing is stored", async () => {
  const { table, withKey } = shop();
  assertProblem(await withKey("a, b"), { status: 400, code: "idempotency_key_invalid" });
  assert.is(table.orders.size, 0);
});

test("a body of another type is refused", async () => {
  const { post } = shop();
  const answer = await post(ORDER_BODY, { "Content-Type": "text/plain" });
  assertProblem(answer, { status: 415, code: "unsupported_media_type" });
});

test("a busy table is a 503 that says when to come back, and nothing is stored", async () => {
  const { table, withKey } = shop();
  table.failNext(Object.assign(new Error("slow down"), { name: "ThrottlingException" }));
  const answer = await withKey("k");
  assertProblem(answer, { status: 503, code: "unavailable" });
  assert.is(answer.headers["Retry-After"], "1");
  assert.equal([table.orders.size, table.keys.size], [0, 0]);
  assertAnswer(await withKey("k"), 201, placed(2));
});

test("a retry after an answer that was lost finds what was stored", async () => {
  const { table, withKey } = shop();
  table.failNext(Object.assign(new Error("no answer"), { name: "TimeoutError" }), "stored");
  assertProblem(await withKey("k"), { status: 503, code: "unavailable" });
  const retried = await withKey("k");
  assert.equal(
    [retried.body, retried.headers["Idempotent-Replayed"]],
    [JSON.stringify(placed(1)), "true"],
  );
  assert.is(table.orders.size, 1);
});

test("a bug is a 500", async () => {
  const { table, post } = shop();
  table.failNext(new TypeError("x is not a function"));
  assertProblem(await post(ORDER_BODY), { status: 500, code: "internal" });
});

const EUR = (priceMinor: number): Price => ({ priceMinor, currency: "EUR" });
const PRICE_REFUSED = {
  status: 422,
  code: "price_changed",
  errors: [["/items/0/price", "price"]] as [string, string][],
};

test("a line with its product's price is ordered", async () => {
  const { prices, post } = shop(false);
  prices.set("mug-blue", EUR(2999)).set("tea-pot", EUR(4999));
  assert.is((await post(ORDER_BODY)).statusCode, 201);
});

test("a price that the client has made up is refused, and nothing is stored", async () => {
  const { table, prices, post, withKey } = shop();
  prices.set("mug-blue", EUR(2999));
  const [mug, pot] = ORDER_BODY.items;
  const free = { ...ORDER_BODY, items: [{ ...mug, price: 0 }, pot] };
  assertProblem(await post(free), PRICE_REFUSED);
  assertProblem(await withKey("k", free), PRICE_REFUSED);
  assertProblem(await post({ ...ORDER_BODY, currency: "USD" }), PRICE_REFUSED);
  assert.equal([table.orders.size, table.keys.size], [0, 0]);
});

test("a refusal says what the price is", async () => {
  const { prices, post } = shop();
  prices.set("mug-blue", EUR(3100));
  const { errors } = JSON.parse((await post(ORDER_BODY)).body);
  assert.equal(errors, [
    { pointer: "/items/0/price", code: "price", message: "must be 31 EUR, the price of mug-blue" },
  ]);
});

test("a product without a price may be ordered, or not, as the shop has set", async () => {
  assert.is((await shop(true).post(ORDER_BODY)).statusCode, 201);
  const { post, table } = shop(false);
  assertProblem(await post(ORDER_BODY), {
    ...PRICE_REFUSED,
    errors: [
      ["/items/0/price", "price"],
      ["/items/1/price", "price"],
    ],
  });
  assert.is(table.orders.size, 0);
  // An order of an amount names no product.
  assert.is((await post({ amount: 5, currency: "EUR" })).statusCode, 201);
});

test("a request that was answered is answered the same after a price has changed", async () => {
  const { prices, withKey } = shop();
  prices.set("mug-blue", EUR(2999));
  const first = await withKey("k");
  prices.set("mug-blue", EUR(3100));
  const again = await withKey("k");
  assert.equal([again.statusCode, again.body], [201, first.body]);
  assert.is(again.headers["Idempotent-Replayed"], "true");
  const other = { ...ORDER_BODY, customerId: "customer-2" };
  assertProblem(await withKey("k", other), { status: 422, code: "idempotency_key_reused" });
  assertProblem(await withKey("k-2"), PRICE_REFUSED);
});

test("a key whose day is over does not answer for a price that has changed", async () => {
  const { prices, withKey, later } = shop();
  await withKey("k");
  later(DAY);
  prices.set("mug-blue", EUR(3100));
  assertProblem(await withKey("k"), PRICE_REFUSED);
});

test.run();
