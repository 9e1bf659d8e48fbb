import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mugs, Shop } from "./support/shop.ts";
import { breakOperation, startStack, type TestStack } from "./support/stack.ts";

const test = suite("an order that is late");
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack();
  shop = new Shop(stack);
});
test.after(() => stack?.stop());

/** Runs the command as a person would. */
async function reconcile(...args: string[]) {
  const port = new URL(stack.awsEndpoint).port;
  const line = ["cli/reconcile.ts", "--aws-port", port, "--json", ...args];
  const { stdout } = await stack.during(promisify(execFile)(process.execPath, line));
  return JSON.parse(stdout) as { late: number; remedies: { orderId: string; action: string }[] };
}

/** Makes an order an hour older, as nobody can wait that long. */
async function age(orderId: string): Promise<void> {
  const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
  await shop.put({ ...item, createdAt: new Date(Date.now() - 3_600_000).toISOString() });
}

test("because it never reached the queue is listed, and then sent on", async () => {
  const mend = breakOperation(stack, stack.services.sqs, "SendMessageBatch");
  const orderId = await shop.place("rest", mugs());
  await age(orderId);
  const listed = await reconcile("--dry-run");
  assert.equal(
    listed.remedies.map(({ orderId, action }) => [orderId, action]),
    [[orderId, "send to queue"]],
  );
  assert.is((await shop.api("GET", `/orders/${orderId}`)).json["status"], "PENDING");

  const { remedies } = await reconcile();
  assert.is(remedies[0]?.action, "send to queue");
  await shop.until(orderId, "COMPLETED");
  mend();
  // The pipe tries again after a while, and finds the order's workflow started.
  await stack.clock.advance(300_000);
  assert.is((await reconcile("--dry-run")).late, 0);
});

test("because its workflow was stopped is run again from where it stood", async () => {
  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("orderWorkflowArn");
  // Fails the first charge, so that the workflow waits before it tries again.
  const orderId = await shop.place("rest", mugs("mug", { paymentToken: "tok_outage" }));
  const waiting = await stack.until("the workflow to wait", async () => {
    const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
    if (item["stockStatus"] !== "HELD") return undefined;
    const { executions = [] } = await states.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" }),
    );
    return executions[0]?.executionArn;
  });
  await states.send(new StopExecutionCommand({ executionArn: waiting }));
  await age(orderId);
  const { remedies } = await reconcile();
  assert.equal(
    remedies.map(({ orderId, action }) => [orderId, action]),
    [[orderId, "run workflow again"]],
  );
  await stack.until("its end", async () => {
    const { json } = await shop.api("GET", `/orders/${orderId}`);
    return json["status"] === "COMPLETED" ? true : undefined;
  });
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
});

test.run();
