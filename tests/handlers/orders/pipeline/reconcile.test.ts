import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/pipeline/reconcile.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import type { ExecutionState } from "../../../../handlers/orders/workflow/executions.ts";
import { ORDER_ID, OTHER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("reconciling orders that are late");
// What the handler logs is not what is tested here.
console.warn = () => {};
console.error = () => {};
const NOW = "2026-11-21T09:50:59.999Z";

/** The handler over orders in memory; the index may show other ones. */
function reconciler(orders: Order[], index: Order[] = orders) {
  const asked: unknown[] = [];
  const done: unknown[] = [];
  const counted: number[] = [];
  const runs = new Map<string, { attempt: number; state: ExecutionState } | Error>();
  const handle = createHandler({
    async *olderThan(status, before) {
      asked.push([status, before]);
      yield* index.filter((order) => order.status === status && order.createdAt < before);
    },
    find: async (orderId) => orders.find((order) => order.orderId === orderId),
    executions: {
      state: async (orderId, attempt) => {
        const run = runs.get(orderId) ?? { attempt: 0, state: "none" };
        if (run instanceof Error) throw run;
        if (attempt === run.attempt) return run.state;
        return attempt < run.attempt ? "ended" : "none";
      },
      start: async ({ orderId }, attempt) => void done.push(`run ${orderId} ${attempt}`),
    },
    sendToQueue: async ({ orderId }) => void done.push(`queue ${orderId}`),
    count: (late) => void counted.push(late),
    now: () => new Date(NOW),
    limitMinutes: 15,
  });
  return { handle, asked, done, counted, runs };
}

const FOUND = { orderId: ORDER_ID, status: "PENDING", minutes: 20 };
const LATE = [sampleOrder(), sampleOrder({ orderId: OTHER_ID, status: "PROCESSING" })];

test("orders are late a quarter of an hour after they were made", async () => {
  const { handle, asked, counted } = reconciler([]);
  assert.equal(await handle({}), { dryRun: false, late: 0, remedies: [] });
  const before = "2026-11-21T09:35:59.999Z";
  assert.equal(asked, [
    ["PENDING", before],
    ["PROCESSING", before],
  ]);
  assert.equal(counted, [0]);
});

test("an order that never had a run goes to the queue", async () => {
  const { handle, done, counted } = reconciler([sampleOrder()]);
  const remedies = [{ ...FOUND, action: "send to queue" }];
  assert.equal(await handle({}), { dryRun: false, late: 1, remedies });
  assert.equal([done, counted], [[`queue ${ORDER_ID}`], [1]]);
});

test("an order whose run has ended gets the next one", async () => {
  const { handle, done, runs } = reconciler(LATE);
  runs.set(ORDER_ID, { attempt: 1, state: "ended" });
  runs.set(OTHER_ID, { attempt: 3, state: "ended" });
  const action = "run workflow again";
  const remedies = [
    { ...FOUND, action },
    { ...FOUND, orderId: OTHER_ID, status: "PROCESSING", action },
  ];
  assert.equal(await handle({ dryRun: false }), { dryRun: false, late: 2, remedies });
  assert.equal(done, [`run ${ORDER_ID} 2`, `run ${OTHER_ID} 4`]);
});

test("an order whose run goes on is waited for, and counted", async () => {
  const { handle, done, runs, counted } = reconciler([sampleOrder()]);
  runs.set(ORDER_ID, { attempt: 2, state: "running" });
  const remedies = [{ ...FOUND, action: "wait: its workflow is running" }];
  assert.equal(await handle({}), { dryRun: false, late: 1, remedies });
  assert.equal([done, counted], [[], [1]]);
});

test("a dry run says the same, and changes and counts nothing", async () => {
  const { handle, done, runs, counted } = reconciler(LATE);
  runs.set(OTHER_ID, { attempt: 1, state: "ended" });
  const { dryRun, late, remedies } = await handle({ dryRun: true });
  const actions = remedies.map(({ action }) => action);
  assert.equal([dryRun, late, actions], [true, 2, ["send to queue", "run workflow again"]]);
  assert.equal([done, counted], [[], []]);
});

test("an order that has moved on since the index was written is looked at as it is", async () => {
  const orders = [
    sampleOrder({ status: "PROCESSING" }),
    sampleOrder({ orderId: OTHER_ID, status: "FAILED" }),
  ];
  const { handle, done } = reconciler(orders, [sampleOrder(), sampleOrder({ orderId: OTHER_ID })]);
  const remedies = [{ ...FOUND, status: "PROCESSING", action: "send to queue" }];
  assert.equal(await handle({}), { dryRun: false, late: 1, remedies });
  assert.equal(done, [`queue ${ORDER_ID}`]);
});

test("an order that stands in the index twice, or not in the table, is helped once or not", async () => {
  const processing = sampleOrder({ status: "PROCESSING" });
  const index = [sampleOrder(), processing, sampleOrder({ orderId: OTHER_ID })];
  const { handle, done } = reconciler([processing], index);
  assert.is((await handle({})).late, 1);
  assert.equal(done, [`queue ${ORDER_ID}`]);
});

test("an order that cannot be helped does not stand in the way of the others", async () => {
  const { handle, done, runs, counted } = reconciler(LATE);
  runs.set(ORDER_ID, new Error("the workflow has ended 20 times"));
  await handle({}).then(
    () => assert.unreachable("it did not fail"),
    (error: Error) => assert.is(error.message, `could not reconcile ${ORDER_ID}`),
  );
  assert.equal([done, counted], [[`queue ${OTHER_ID}`], [2]]);
});

test("what the schedule sends says nothing of a dry run, and what is no request is refused", async () => {
  const scheduled = { source: "aws.events", "detail-type": "Scheduled Event" };
  assert.is((await reconciler([]).handle(scheduled)).dryRun, false);
  const { handle, asked } = reconciler(LATE);
  let failed = false;
  await handle({ dryRun: "yes" }).catch(() => {
    failed = true;
  });
  assert.equal([failed, asked], [true, []]);
});

test.run();
