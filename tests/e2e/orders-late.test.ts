import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mugs, Shop } from "./support/shop.ts";
import { breakFunctions, breakOperation, startStack, type TestStack } from "./support/stack.ts";

const test = suite("an order that is late");
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
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

test("because its Express execution has failed is sent to the queue again, and an alarm tells of it", async () => {
  const mendFunction = breakFunctions(stack, /order-workflow-charge-payment/);
  const orderId = await shop.place("rest", mugs());
  await stack.until("its execution", () =>
    stack.hops.find(
      ({ kind, to }) => kind === "lambda:InvokeFunction" && /charge-payment/.test(to),
    ),
  );
  // Handing over fails as well.
  const mendStart = breakOperation(stack, stack.services.states, "StartExecution");
  const failed = await stack.until("the end of its execution", () =>
    stack.hops.find(({ kind, to }) => kind === "states:ExecutionFailed" && to.includes(orderId)),
  );
  assert.match(failed.to, /:express:order-workflow-[^:]+:order-/);
  mendFunction();
  mendStart();
  const { status, paymentStatus } = (await shop.items(orderId))[`ORDER#${orderId}`] ?? {};
  assert.equal([status, paymentStatus], ["PROCESSING", "NONE"]);
  await stack.until("the alarm", () =>
    stack.mailbox.letters.find(({ subject }) =>
      subject.startsWith('ALARM: "monitoring-order-workflow-failed'),
    ),
  );
  await age(orderId);
  const { remedies } = await reconcile();
  assert.equal(
    remedies.map(({ orderId, action }) => [orderId, action]),
    [[orderId, "send to queue"]],
  );
  await shop.until(orderId, "COMPLETED");
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
});

test("because its workflow was stopped is run again from where it stood", async () => {
  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("orderRecoveryArn");
  // The Express execution hands over what it cannot end, and the Standard one waits before it tries again.
  const mend = breakFunctions(stack, /order-workflow-charge-payment/);
  const orderId = await shop.place("rest", mugs());
  const waiting = await stack.until("the workflow to wait", async () => {
    const { executions = [] } = await states.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" }),
    );
    return executions.find(({ name }) => name === `order-${orderId}`)?.executionArn;
  });
  await states.send(new StopExecutionCommand({ executionArn: waiting }));
  mend();
  await age(orderId);
  const { remedies } = await reconcile();
  assert.equal(
    remedies.map(({ orderId, action }) => [orderId, action]),
    [[orderId, "run workflow again"]],
  );
  await shop.until(orderId, "COMPLETED");
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
});

test.run();
