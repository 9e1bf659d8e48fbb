import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mugs, ORDER_FUNCTIONS, Shop } from "./support/shop.ts";
import { doubleDeliveries, startStack, type TestStack } from "./support/stack.ts";

const test = suite("what is told of an order");
// As Pulumi.dev.yaml has it.
const SHOP = "shop@example.com";
const ADA = "ada@example.com";
let stack: TestStack;
let shop: Shop;
let end: () => void;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  shop = new Shop(stack);
  // The queue's consumer, every step of the workflow, the stream's reader, and the topic's.
  end = doubleDeliveries(stack, ORDER_FUNCTIONS);
});
test.after(async () => {
  end?.();
  await stack?.stop();
});

const toldOf = (orderId: string, count: number) =>
  stack.until(`${count} letters about ${orderId}`, () => {
    const letters = shop.letters(orderId);
    return letters.length >= count ? letters : undefined;
  });

// Long enough for a second letter to show, if there were one.
const silence = () => stack.clock.advance(60_000);

test("reaches the shop and the customer once for each event of an order that completes", async () => {
  const orderId = await shop.place("rest", mugs());
  await shop.until(orderId, "COMPLETED");
  await toldOf(orderId, 5);
  await silence();
  assert.equal(shop.letters(orderId).sort(), [
    `email ${ADA}: We have received your order`,
    `email ${ADA}: Your order is complete`,
    `email ${SHOP}: New Order Notification`,
    `email ${SHOP}: Order completed`,
    "sms customer-1: ",
  ]);
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
});

test("reaches them once for each event of an order that fails, and says why", async () => {
  const orderId = await shop.place("http", mugs("mug", { paymentToken: "tok_high_risk" }));
  await shop.until(orderId, "FAILED");
  await toldOf(orderId, 5);
  await silence();
  assert.equal(shop.letters(orderId).sort(), [
    `email ${ADA}: We could not complete your order`,
    `email ${ADA}: We have received your order`,
    `email ${SHOP}: New Order Notification`,
    `email ${SHOP}: Order failed`,
    "sms customer-1: ",
  ]);
  const text = stack.mailbox.letters.find(
    ({ to, body }) => to === SHOP && body.includes(orderId) && body.includes("FAILED"),
  );
  assert.match(text?.body ?? "", "Status:   FAILED (payment risk)");
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED", refund: "REFUNDED" });
});

test("starts one execution for each order, however often its message comes", async () => {
  const executions = stack.hops.filter(
    ({ kind, decision }) => kind === "states:StartExecution" && decision === "allowed",
  );
  assert.ok(executions.length >= 4, `only ${executions.length} starts were tried`);
  assert.is(await shop.countOrders(), 2);
});

test.run();
