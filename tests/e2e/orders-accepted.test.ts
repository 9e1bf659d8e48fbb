import { randomUUID } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { mugs, Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("orders that were answered 202");
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack();
  shop = new Shop(stack);
});
test.after(() => stack?.stop());

test("under one key of the open door, every accepted order ends, and a later one says that the key was used", async () => {
  const key = { "idempotency-key": randomUUID() };
  const first = await shop.place("http", mugs(), key);
  await shop.until(first, "COMPLETED");
  assert.is(await shop.place("http", mugs(), key), first);
  const other = await shop.place("http", { amount: 7, currency: "EUR" }, key);
  assert.is.not(other, first);
  await shop.until(other, "FAILED");
  const { json } = await call("GET", `${stack.output("ordersHttpApiUrl")}/orders/${other}`);
  assert.equal([json["status"], json["failureReason"]], ["FAILED", "idempotency_key_reused"]);
  assert.equal(await shop.ledger(other), { charge: "VOIDED" });
  assert.equal(await shop.ledger(first), { charge: "CAPTURED" });
});

test("a price that a client made up is refused at the keyed door, and fails behind the queue", async () => {
  await shop.api("PUT", "/products/priced", { stock: 5, price: 29.99, currency: "EUR" });
  const order = (price: number) => ({
    ...mugs(),
    items: [{ productId: "priced", quantity: 5, price }],
  });
  const refused = await shop.send("rest", order(0));
  assert.equal([refused.status, refused.json["code"]], [422, "price_changed"]);
  for (const door of ["http", "direct"] as const) {
    const id = await shop.place(door, order(0));
    const { failureReason } = await shop.until(id, "FAILED");
    assert.is(failureReason, "price_changed");
  }
  const before = await shop.api("GET", "/products/priced");
  const product = { productId: "priced", price: 29.99, currency: "EUR" };
  assert.equal(before.json, { ...product, stock: 5, held: 0, sold: 0 });
  await shop.until(await shop.place("direct", order(29.99)), "COMPLETED");
  const after = await shop.api("GET", "/products/priced");
  assert.equal(after.json, { ...product, stock: 0, held: 0, sold: 5 });
});

test.run();
