import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import type { Price } from "../../../../handlers/orders/rules/product.ts";
import { createHandler } from "../../../../handlers/orders/saga/reserve-stock.ts";
import { orderKey, productKey } from "../../../../handlers/orders/store/keys.ts";
import { orderItem } from "../../../../handlers/orders/store/order-item.ts";
import { orderStore } from "../../../../handlers/orders/store/orders.ts";
import { products } from "../../../../handlers/orders/store/products.ts";
import { holdStock } from "../../../../handlers/orders/store/stock.ts";
import { ORDERS, sagaTables } from "../../../support/order-saga-tables.ts";
import { CREATED_AT, ORDER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("what an order is refused for before its stock is held");
const { info, warn } = console;
test.before(() => {
  console.info = console.warn = () => {};
});
test.after(() => {
  Object.assign(console, { info, warn });
});

const MUG: Price = { priceMinor: 2999, currency: "EUR" };

/** Reserves the stock of an order of two mugs and a tea pot; answers the step's result, and what it leaves. */
async function reserve(
  order: Partial<Order>,
  { price = MUG, unpricedProducts = true }: { price?: Price; unpricedProducts?: boolean } = {},
) {
  const { client } = await sagaTables();
  const table = { client, tableName: ORDERS };
  await products(table).set("mug-blue", { free: 5, price }, CREATED_AT);
  const Item = orderItem(sampleOrder(order), 4);
  await client.send(new PutCommand({ TableName: ORDERS, Item }));
  const step = createHandler({
    orders: orderStore(table, 4),
    holdStock: holdStock(table, { untrackedInStock: true, unpricedProducts }),
    now: () => new Date(CREATED_AT),
  });
  const result = await step({ orderId: ORDER_ID, createdAt: CREATED_AT });
  const read = async (Key: object) =>
    (await client.send(new GetCommand({ TableName: ORDERS, Key: { ...Key } }))).Item;
  const { held } = (await read(productKey("mug-blue"))) ?? {};
  const { status } = (await read(orderKey(ORDER_ID))) ?? {};
  return { refusal: result.refusal, held, status };
}

const REFUSED = { held: 0, status: "PENDING" };
const RESERVED = { refusal: "none", held: 2, status: "PROCESSING" };

test("an order with the prices of its products is reserved", async () => {
  assert.equal(await reserve({ door: "http" }), RESERVED);
});

test("an order from behind the queue whose price is another one is refused", async () => {
  const price: Price = { priceMinor: 3100, currency: "EUR" };
  for (const door of ["http", "direct"] as const) {
    assert.equal(await reserve({ door }, { price }), { refusal: "price_changed", ...REFUSED });
  }
});

test("a product without a price is refused where the shop has said so", async () => {
  const refused = { refusal: "price_changed", ...REFUSED };
  assert.equal(await reserve({ door: "direct" }, { unpricedProducts: false }), refused);
});

test("an order that the keyed API has stored keeps the price that it was answered", async () => {
  const price: Price = { priceMinor: 3100, currency: "EUR" };
  assert.equal(await reserve({ door: "rest" }, { price, unpricedProducts: false }), RESERVED);
});

test("an order whose key belongs to another one is refused, and says so", async () => {
  const conflict = "idempotency_key_reused" as const;
  assert.equal(await reserve({ door: "http", conflict }), { refusal: conflict, ...REFUSED });
});

test.run();
