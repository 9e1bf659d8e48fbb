import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler as createGet } from "../../../../handlers/orders/doors/get-order.ts";
import { createHandler as createGetStatus } from "../../../../handlers/orders/doors/get-order-status.ts";
import { createHandler as createGetProduct } from "../../../../handlers/orders/doors/get-product.ts";
import { createHandler as createList } from "../../../../handlers/orders/doors/list-orders.ts";
import { createHandler as createListProducts } from "../../../../handlers/orders/doors/list-products.ts";
import { createHandler as createPutProduct } from "../../../../handlers/orders/doors/put-product.ts";
import type { Product } from "../../../../handlers/orders/rules/product.ts";
import type { OrderPage } from "../../../../handlers/orders/store/status-index.ts";
import {
  apiRequest,
  assertAnswer,
  assertProblem,
  type RequestParts,
} from "../../../support/api-request.ts";
import {
  CREATED_AT,
  httpApiRequest,
  ORDER_BODY,
  ORDER_ID,
  OTHER_ID,
  sampleOrder,
} from "../../../support/order-samples.ts";

const test = suite("reading orders and products");
// What the handlers log is not what is tested here.
console.info = () => {};
console.error = () => {};

const VIEW = {
  orderId: ORDER_ID,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  status: "PENDING",
  ...ORDER_BODY,
  totalAmount: 109.97,
  currency: "EUR",
};
const failing = async () => {
  throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
};
const find = async (id: string) => (id === ORDER_ID ? sampleOrder() : undefined);
const get = (orderId: string, deps = { find }) =>
  createGet(deps)(apiRequest({ pathParameters: { orderId } }));
const getStatus = (orderId: string, deps = { find }) =>
  createGetStatus(deps)(httpApiRequest({ pathParameters: { orderId } }));

test("an order is shown whole to who has a key", async () => {
  assertAnswer(await get(ORDER_ID), 200, VIEW);
});

test("an order of an amount is shown without lines and customer", async () => {
  const { customerId: _c, customerEmail: _e, items: _i, ...simple } = sampleOrder();
  const answer = await get(ORDER_ID, { find: async () => simple });
  const { customerId: _vc, customerEmail: _ve, items: _vi, ...view } = VIEW;
  assertAnswer(answer, 200, view);
});

test("everybody may see how an order stands, and nothing of who ordered what", async () => {
  const answer = { orderId: ORDER_ID, amount: 109.97, currency: "EUR", status: "PENDING" };
  assertAnswer(await getStatus(ORDER_ID), 200, { ...answer, createdAt: CREATED_AT });
});

test("an alias shows the order that it stands for", async () => {
  const deps = { find: async () => sampleOrder() };
  assert.is(JSON.parse((await getStatus(OTHER_ID, deps)).body).orderId, ORDER_ID);
  assert.is(JSON.parse((await get(OTHER_ID, deps)).body).orderId, ORDER_ID);
});

test("an order that is not there is a 404", async () => {
  const missing = { status: 404, code: "not_found" };
  assert.is(
    assertProblem(await get(OTHER_ID), missing)["detail"],
    "There is no order with this id.",
  );
  assert.is(
    assertProblem(await getStatus(OTHER_ID), missing)["detail"],
    "There is no order with this id; a new order can take a moment until it is stored.",
  );
});

test("what is no id is a 400, and is not looked for", async () => {
  const deps = { find: () => assert.unreachable("it was looked for") as never };
  for (const id of ["", "66", ORDER_ID.toUpperCase(), `${ORDER_ID}%00`, "%"]) {
    const refused = { status: 400, code: "invalid_parameter" };
    const detail = "orderId must be a lowercase UUID";
    assert.is(assertProblem(await get(id, deps), refused)["detail"], detail);
    assert.is(assertProblem(await getStatus(id, deps), refused)["detail"], detail);
  }
});

test("a busy table is a 503", async () => {
  const busy = { status: 503, code: "unavailable" };
  assertProblem(await get(ORDER_ID, { find: failing }), busy);
  assertProblem(await getStatus(ORDER_ID, { find: failing }), busy);
});

/** The list over an index that answers this, and what it is asked. */
function list(page: OrderPage = { orders: [] }) {
  const asked: unknown[] = [];
  let secrets = 0;
  const handle = createList({
    page: async (...args) => {
      asked.push(args);
      return page;
    },
    secret: async () => {
      secrets++;
      return Buffer.alloc(32, 7);
    },
    shards: 4,
  });
  const read = (values: Record<string, string> = {}) => {
    const many = Object.entries(values).map(([name, value]) => [name, [value]]);
    return handle({ ...apiRequest(), multiValueQueryStringParameters: Object.fromEntries(many) });
  };
  return { read, asked, secrets: () => secrets };
}

test("a list without parameters is of every status, 50 at a time, and needs no secret", async () => {
  const { read, asked, secrets } = list({ orders: [sampleOrder()] });
  assertAnswer(await read(), 200, { orders: [VIEW], count: 1, filter: {} });
  assert.equal([asked, secrets()], [[[undefined, 50, {}]], 0]);
});

test("an empty list is a list", async () => {
  const { read, asked } = list();
  const answer = { orders: [], count: 0, filter: { status: "FAILED" } };
  assertAnswer(await read({ status: "FAILED", limit: "100" }), 200, answer);
  assert.equal(asked, [["FAILED", 100, {}]]);
});

test("a page goes on where the one before has ended, for the same status", async () => {
  const next = { "PENDING#0": [CREATED_AT, ORDER_ID] as [string, string] };
  const { read, asked } = list({ orders: [sampleOrder()], next });
  const { nextToken } = JSON.parse((await read({ status: "PENDING", limit: "1" })).body);
  assert.is((await read({ status: "PENDING", limit: "2", nextToken })).statusCode, 200);
  assert.equal(asked, [
    ["PENDING", 1, {}],
    ["PENDING", 2, next],
  ]);
  for (const other of [{}, { status: "FAILED" }] as Record<string, string>[]) {
    assertProblem(await read({ ...other, nextToken }), { status: 400, code: "invalid_page_token" });
  }
  assertProblem(await read({ nextToken: "" }), { status: 400, code: "invalid_page_token" });
  assert.is(asked.length, 2);
});

for (const query of [{ status: "pending" }, { limit: "0" }, { limit: "101" }, { page: "2" }]) {
  test(`a list with ${JSON.stringify(query)} is refused`, async () => {
    const { read, asked } = list();
    assertProblem(await read(query as never), { status: 400, code: "invalid_parameter" });
    assert.equal(asked, []);
  });
}

const MUG: Product = { productId: "mug-blue", free: 7, held: 2, sold: 1 };
const product = (productId: string, parts: RequestParts = {}) =>
  apiRequest({ pathParameters: { productId }, ...parts });

test("a product shows its pieces", async () => {
  const handle = createGetProduct({ find: async (id) => (id === "mug-blue" ? MUG : undefined) });
  const view = { productId: "mug-blue", stock: 7, held: 2, sold: 1 };
  assertAnswer(await handle(product("mug-blue")), 200, view);
  const missing = assertProblem(await handle(product("x")), { status: 404, code: "not_found" });
  assert.is(missing["detail"], "The stock of this product is not tracked.");
  assertProblem(await handle(product("a/b")), { status: 400, code: "invalid_parameter" });
});

test("everybody may see what products cost and how many are left, but not what was sold", async () => {
  const asked: unknown[] = [];
  const handle = createListProducts({
    page: async (...args) => {
      asked.push(args);
      const price = { priceMinor: 2999, currency: "EUR" } as const;
      return {
        products: [MUG, { ...MUG, productId: "poster", name: "Poster", price }],
        next: "poster",
      };
    },
  });
  const list = (queryStringParameters: Record<string, string> | undefined) =>
    handle(httpApiRequest(queryStringParameters ? { queryStringParameters } : {}));
  const first = await list(undefined);
  const offers = {
    products: [
      { productId: "mug-blue", stock: 7 },
      { productId: "poster", name: "Poster", stock: 7, price: 29.99, currency: "EUR" },
    ],
    next: "poster",
  };
  assertAnswer(first, 200, offers, {
    "Cache-Control": "public, max-age=5, stale-while-revalidate=30",
  });
  assert.is((await list({ limit: "2", after: "poster" })).statusCode, 200);
  assert.equal(asked, [
    [50, undefined],
    [2, "poster"],
  ]);
  for (const wrong of [{ limit: "0" }, { limit: "1,2" }, { after: "a b" }, { sort: "price" }]) {
    assertProblem(await list(wrong as never), { status: 400, code: "invalid_parameter" });
  }
  assert.is(asked.length, 2);
});

test("a product's free units, price and name are set", async () => {
  const calls: unknown[] = [];
  const handle = createPutProduct({
    set: async (...args) => {
      calls.push(args);
      const [, { free, price, name }] = args;
      return { ...MUG, free, ...(price && { price }), ...(name && { name }) };
    },
    now: () => new Date(CREATED_AT),
  });
  const put = (id: string, body: string) => handle(product(id, { method: "PUT", body }));
  const view = { productId: "mug-blue", stock: 0, held: 2, sold: 1 };
  assertAnswer(await put("mug-blue", '{"stock":0}'), 200, view);
  const unchanged = { price: undefined, name: undefined };
  assert.equal(calls, [["mug-blue", { free: 0, ...unchanged }, CREATED_AT]]);
  assertProblem(await put("mug-blue", '{"stock":-1}'), {
    status: 400,
    code: "validation_failed",
    errors: [["/stock", "min"]],
  });
  assertProblem(await put("a b", '{"stock":1}'), { status: 400, code: "invalid_parameter" });
  assertProblem(await put("mug-blue", "{"), { status: 400, code: "invalid_json" });
  assert.is(calls.length, 1);
  const offer = { stock: 3, price: 29.99, currency: "USD", name: "Blue mug" };
  assertAnswer(await put("mug-blue", JSON.stringify(offer)), 200, { ...view, ...offer });
  const price = { priceMinor: 2999, currency: "USD" };
  assert.equal(calls[1], ["mug-blue", { free: 3, price, name: "Blue mug" }, CREATED_AT]);
  for (const name of ["", " ", "a\u0007b", "x".repeat(101)]) {
    assertProblem(await put("mug-blue", JSON.stringify({ stock: 3, name })), {
      status: 400,
      code: "validation_failed",
      errors: [["/name", name.length > 100 ? "max_length" : "format"]],
    });
  }
  assertProblem(await put("mug-blue", '{"stock":3,"price":0.5,"currency":"JPY"}'), {
    status: 400,
    code: "validation_failed",
    errors: [["/price", "decimals"]],
  });
  assert.is(calls.length, 2);
});

test.run();
