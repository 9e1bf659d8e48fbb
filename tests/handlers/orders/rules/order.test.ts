import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  currencies,
  fromMinor,
  hasCents,
  toMinor,
} from "../../../../handlers/orders/rules/money.ts";
import {
  newOrder,
  orderIdFor,
  orderView,
  statusShard,
} from "../../../../handlers/orders/rules/order.ts";
import { CREATED_AT, ORDER_BODY, ORDER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("what orders come to");
const ORIGIN = {
  orderId: ORDER_ID,
  createdAt: CREATED_AT,
  door: "rest",
  correlationId: "c-1",
} as const;
const EUR_BODY = { ...ORDER_BODY, currency: "EUR" as const };
const line = (price: number, quantity = 1, productId = "p") => ({ productId, quantity, price });
const ofLines = (items: ReturnType<typeof line>[], currency: "EUR" | "JPY" = "EUR") =>
  newOrder({ ...ORDER_BODY, currency, items }, ORIGIN);

for (const [amount, currency, minor] of [
  [29.99, "EUR", 2999],
  [0.01, "USD", 1],
  [1.15, "EUR", 115],
  [8.2, "GBP", 820],
  [999_999.99, "EUR", 99_999_999],
  [1_000_000, "EUR", 100_000_000],
  [500, "JPY", 500],
  [500.5, "JPY", undefined],
  [0.01, "KRW", undefined],
] as const) {
  test(`${amount} ${currency} is ${minor ?? "no number"} of its smallest unit`, () => {
    assert.is(toMinor(amount, currency), minor);
    if (minor !== undefined) assert.is(fromMinor(minor, currency), amount);
  });
}

test("zero and minus zero are the same amount", () => {
  assert.is(Object.is(toMinor(-0, "EUR"), 0), true);
});

test("every cent up to 10,000 survives the way there and back", () => {
  for (let minor = 0; minor <= 1_000_000; minor++) {
    const amount = fromMinor(minor, "EUR");
    if (!hasCents(amount) || toMinor(amount, "EUR") !== minor) assert.unreachable(`${minor}`);
  }
});

for (const [amount, expected] of [
  [0, true],
  [10, true],
  [10.5, true],
  [10.55, true],
  [1_000_000, true],
  [10.555, false],
  [0.1 + 0.2, false],
  [1e-7, false],
  [1e21, false],
  [12_345_678, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
] as const) {
  test(`${amount} ${expected ? "is" : "is not"} an amount with at most two decimals`, () => {
    assert.is(hasCents(amount), expected);
  });
}

test("only yen and won have no decimals", () => {
  const whole = Object.entries(currencies).filter(([, decimals]) => decimals === 0);
  assert.equal(
    [Object.keys(currencies).length, whole],
    [
      24,
      [
        ["JPY", 0],
        ["KRW", 0],
      ],
    ],
  );
});

test("an order with lines is counted in cents", () => {
  const { order } = newOrder(EUR_BODY, ORIGIN);
  assert.equal(order, sampleOrder());
  assert.is(order?.totalMinor, 10_997);
});

test("an order keeps its address and its payment token", () => {
  const shippingAddress = {
    street: "Hauptstraße 1",
    city: "Köln",
    zipCode: "50667",
    country: "DE",
  };
  const { order } = newOrder({ ...EUR_BODY, shippingAddress, paymentToken: "tok_slow" }, ORIGIN);
  assert.equal(order, sampleOrder({ shippingAddress, paymentToken: "tok_slow" }));
});

test("an order of an amount has neither lines nor customer", () => {
  const base = {
    ...ORIGIN,
    updatedAt: CREATED_AT,
    status: "PENDING",
    version: 1,
    paymentStatus: "NONE",
    stockStatus: "NONE",
  };
  assert.equal(newOrder({ amount: 99.99, currency: "USD" }, ORIGIN), {
    order: { ...base, currency: "USD", totalMinor: 9999 },
  });
  const paid = { amount: 500, currency: "JPY", paymentToken: "tok_visa" } as const;
  assert.equal(newOrder(paid, ORIGIN), {
    order: { ...base, currency: "JPY", totalMinor: 500, paymentToken: "tok_visa" },
  });
});

test("yen have no decimals, in an amount or in a line", () => {
  const message = "must have no more than 0 decimals in JPY";
  assert.equal(newOrder({ amount: 9.5, currency: "JPY" }, ORIGIN), {
    errors: [{ pointer: "/amount", code: "decimals", message }],
  });
  assert.equal(ofLines([line(100), line(1.5), line(0.25)], "JPY"), {
    errors: [
      { pointer: "/items/1/price", code: "decimals", message },
      { pointer: "/items/2/price", code: "decimals", message },
    ],
  });
  assert.is(ofLines([line(100, 3)], "JPY").order?.totalMinor, 300);
});

test("a total of ten millions is the largest", () => {
  assert.is(ofLines([line(1_000, 10_000)]).order?.totalMinor, 1_000_000_000);
  assert.equal(ofLines([line(1_000, 10_000), line(0.01)]), {
    errors: [
      { pointer: "/items", code: "total_too_large", message: "must total at most 10000000 EUR" },
    ],
  });
  assert.equal(
    ofLines([line(1_000_000, 10_000)], "JPY").errors?.[0]?.message,
    "must total at most 1000000000 JPY",
  );
});

test("98 different products are the most, on however many lines", () => {
  const products = (count: number) =>
    Array.from({ length: count }, (_, index) => line(1, 1, `p${index}`));
  assert.is(ofLines(products(98)).order?.items?.length, 98);
  assert.is(
    ofLines([...products(98), line(1, 1, "p0"), line(1, 1, "p1")]).order?.totalMinor,
    10_000,
  );
  assert.equal(ofLines(products(99)), {
    errors: [
      {
        pointer: "/items",
        code: "too_many_products",
        message: "must name at most 98 different products",
      },
    ],
  });
});

test("an order is shown in units of its currency, without what is the shop's own", () => {
  const order = sampleOrder({ failureReason: "out_of_stock", paymentToken: "tok_visa" });
  assert.equal(orderView(order), {
    orderId: ORDER_ID,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    status: "PENDING",
    customerId: "customer-1",
    customerEmail: "ada@example.com",
    items: ORDER_BODY.items,
    shippingAddress: undefined,
    totalAmount: 109.97,
    currency: "EUR",
    failureReason: "out_of_stock",
  });
});

test("an order's key of the index stays the same, and says its status", () => {
  assert.is(statusShard("PENDING", ORDER_ID, 4), "PENDING#1");
  assert.is(statusShard("FAILED", ORDER_ID, 4), "FAILED#1");
  assert.is(statusShard("PENDING", ORDER_ID, 1), "PENDING#0");
});

test("orders are spread evenly over the keys of the index", () => {
  const counts = new Map<string, number>();
  for (let n = 0; n < 8_000; n++) {
    const shard = statusShard("PENDING", orderIdFor(String(n)), 8);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  const names = Array.from({ length: 8 }, (_, n) => `PENDING#${n}`);
  assert.equal([...counts.keys()].sort(), names);
  for (const count of counts.values()) assert.ok(count > 900 && count < 1_100, `${count}`);
});

test("a key stands for one order id, which is a UUID of version 8", () => {
  assert.is(orderIdFor("orders-http#k"), "dfabeddb-5b56-8914-a3cb-470e065ae546");
  const ids = Array.from({ length: 1_000 }, (_, n) => orderIdFor(`orders-http#${n}`));
  assert.is(new Set(ids).size, 1_000);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test.run();
