import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("stock");
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  shop = new Shop(stack);
});
test.after(() => stack?.stop());

test("of 10 pieces is sold to 10 of 50 orders that come at once, and never falls below 0", async () => {
  await shop.api("PUT", "/products/rare", { stock: 10 });
  const lowest: number[] = [];
  const order = {
    customerId: "c",
    customerEmail: "c@example.com",
    items: [{ productId: "rare", quantity: 1, price: 1 }],
  };
  const ids = await Promise.all(Array.from({ length: 50 }, () => shop.place("rest", order)));
  const ended = await stack.until("the end of every order", async () => {
    const { json } = await shop.api("GET", "/products/rare");
    lowest.push(Number(json["stock"]));
    const stored = await shop.statuses();
    const statuses = ids.map((id) => stored[id]);
    return statuses.every((it) => it === "COMPLETED" || it === "FAILED") ? statuses : undefined;
  });
  assert.is(ended.filter((status) => status === "COMPLETED").length, 10);
  assert.is(ended.filter((status) => status === "FAILED").length, 40);
  const { json } = await shop.api("GET", "/products/rare");
  assert.equal(json, { productId: "rare", stock: 0, held: 0, sold: 10 });
  assert.ok(Math.min(...lowest) >= 0);
  const books = await Promise.all(ids.map((id) => shop.ledger(id)));
  assert.is(books.filter(({ charge }) => charge === "CAPTURED").length, 10);
  assert.is(books.filter(({ charge }) => charge === "VOIDED").length, 40);
});

test("that an order held is free again when it fails", async () => {
  await shop.api("PUT", "/products/lamp", { stock: 5 });
  const items = [
    { productId: "lamp", quantity: 2, price: 10 },
    { productId: "lamp", quantity: 1, price: 9 },
    { productId: "untracked", quantity: 1, price: 1 },
  ];
  const order = { customerId: "c", customerEmail: "c@example.com", items };
  const failing = await shop.place("rest", { ...order, paymentToken: "tok_high_risk" });
  await shop.until(failing, "FAILED");
  const after = await shop.api("GET", "/products/lamp");
  assert.equal(after.json, { productId: "lamp", stock: 5, held: 0, sold: 0 });

  const good = await shop.place("rest", order);
  await shop.until(good, "COMPLETED");
  const sold = await shop.api("GET", "/products/lamp");
  assert.equal(sold.json, { productId: "lamp", stock: 2, held: 0, sold: 3 });
});

test.run();
