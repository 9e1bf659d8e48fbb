import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { eventually } from "./support/eventually.ts";
import { redrive, waitingIn } from "./support/redrive.ts";
import { mugs, Shop } from "./support/shop.ts";
import { copyProgram, startStack } from "./support/stack.ts";

const test = suite("refunds");

test("that are refused wait for a person, and the order is not FAILED until then", async () => {
  const stack = await startStack({ replace: functionsInProcess });
  try {
    const shop = new Shop(stack);
    await shop.api("PUT", "/products/vase", { stock: 2 });
    const orderId = await shop.place("rest", mugs("vase", { paymentToken: "tok_refund_refused" }));
    await stack.until("the parked refund", () =>
      waitingIn(stack, "order-workflow-parked-refunds") === 1 ? true : undefined,
    );
    const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
    assert.equal(
      [item["status"], item["paymentStatus"], item["stockStatus"]],
      ["PROCESSING", "REFUND_PENDING", "HELD"],
    );
    assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });

    const tally = await redrive(stack, "order-workflow-parked-refunds");
    assert.is(tally.redriven, 1);
    const order = await shop.until(orderId, "FAILED");
    assert.is(order["failureReason"], "payment_risk");
    assert.equal(await shop.ledger(orderId), { charge: "CAPTURED", refund: "REFUNDED" });
    const { json } = await shop.api("GET", "/products/vase");
    assert.equal(json, { productId: "vase", stock: 2, held: 0, sold: 0 });
  } finally {
    await stack.stop();
  }
});

test("come before a charge that lands late, and keep it out", async () => {
  const program = copyProgram();
  // Turns back after the first charge that is not answered in time.
  program.edit("infra/orders/workflow.asl.json", (text) => {
    const definition = JSON.parse(text);
    for (const retry of definition.States.ChargePayment.Retry) retry.MaxAttempts = 0;
    return JSON.stringify(definition);
  });
  // An Express execution would hand over, and charge again.
  const config = { ...localAddresses, "orders:workflow": "standard" };
  const stack = await startStack({ root: program.root, config });
  try {
    const shop = new Shop(stack);
    const orderId = await shop.place("rest", mugs("vase", { paymentToken: "tok_slow" }));
    const order = await shop.until(orderId, "FAILED");
    assert.is(order["failureReason"], "processing_error");
    assert.equal(await shop.ledger(orderId), { charge: "VOIDED" });

    // The provider takes its time in the function's process, which the stack's clock does not move.
    const late = await stack.during(
      eventually("the late charge", () =>
        stack.logs.find(({ message }) => message.includes('"late_charge_refused"')),
      ),
    );
    assert.match(late.message, orderId);
    assert.equal(await shop.ledger(orderId), { charge: "VOIDED" });
    const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
    assert.equal(
      [item["status"], item["paymentStatus"], item["stockStatus"]],
      ["FAILED", "VOIDED", "RELEASED"],
    );
  } finally {
    await stack.stop();
    program.remove();
  }
});

test.run();
