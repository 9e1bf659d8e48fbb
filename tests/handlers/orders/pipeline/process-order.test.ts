import type { SQSEvent, SQSRecord } from "aws-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/pipeline/process-order.ts";
import {
  CREATED_AT,
  ORDER_BODY,
  ORDER_ID,
  OTHER_ID,
  sampleOrder,
} from "../../../support/order-samples.ts";
import { orderTable } from "../../../support/order-table.ts";

const test = suite("working off the orders queue");
// What the handler logs is not what is tested here.
console.info = () => {};
console.error = () => {};
const DAY = 24 * 60 * 60;
const EPOCH = Date.parse(CREATED_AT) / 1000;
const EARLIER_ID = "0b0fbd9c-56b5-4d92-a2b5-2a8b5a7f3a11";
const NEXT_ID = "6c0a1d9e-0d3c-4d1c-9f7e-3f0a5c1e7b22";
const BODY = JSON.stringify(ORDER_BODY);

function message(
  messageId: string,
  body: string,
  attributes: Record<string, string> = {},
): SQSRecord {
  const texts = Object.entries(attributes).map(([name, stringValue]) => [
    name,
    { dataType: "String", stringValue },
  ]);
  return {
    messageId,
    body,
    messageAttributes: Object.fromEntries(texts),
    attributes: { ApproximateReceiveCount: "1" },
  } as SQSRecord;
}

const stored = (messageId: string, orderId = ORDER_ID) =>
  message(messageId, JSON.stringify({ orderId, createdAt: CREATED_AT }));
const sentBy = (door: string, orderId = ORDER_ID, other: Record<string, string> = {}) => ({
  door,
  orderId,
  createdAt: String(EPOCH * 1000),
  correlationId: "c-1",
  ...other,
});
const keyed = (messageId: string, orderId: string, body = BODY, seconds = EPOCH) => {
  const createdAt = String(seconds * 1000);
  const attributes = { caller: "me", idempotencyKey: "k", createdAt };
  return message(messageId, body, sentBy("direct", orderId, attributes));
};

/** The handler over a table in memory. Of a workflow, only the first start is one. */
function processing() {
  const table = orderTable();
  const started: unknown[] = [];
  const aliases: unknown[] = [];
  const aside: [messageId: string, reason: string][] = [];
  const broken = new Map<string, Error>();
  const failIf = (name: string) => {
    const error = broken.get(name);
    if (error) throw error;
  };
  const handle = createHandler({
    find: table.find,
    takeIn: table.takeIn,
    alias: async (...alias) => {
      failIf("alias");
      aliases.push(alias);
    },
    start: async ({ orderId, createdAt }) => {
      failIf(`start ${orderId}`);
      started.push({ orderId, createdAt });
    },
    setAside: async ({ messageId }, reason) => {
      failIf("setAside");
      aside.push([messageId, reason]);
    },
    keptSeconds: DAY,
  });
  const receive = async (...Records: SQSRecord[]) => {
    const { batchItemFailures } = await handle({ Records } as SQSEvent);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { table, started, aliases, aside, broken, receive };
}

const start = (orderId: string) => ({ orderId, createdAt: CREATED_AT });

test("an order that is stored is started, with what is stored", async () => {
  const { table, started, receive } = processing();
  const createdAt = "2026-11-21T09:29:59.999Z";
  table.orders.set(ORDER_ID, sampleOrder({ createdAt }));
  assert.equal(await receive(stored("m1")), []);
  assert.equal(started, [{ orderId: ORDER_ID, createdAt }]);
});

test("an order that is not stored is, and is started", async () => {
  const { table, started, receive } = processing();
  assert.equal(await receive(message("m1", BODY, sentBy("http"))), []);
  assert.equal([...table.orders.values()], [sampleOrder({ door: "http" })]);
  assert.equal(started, [start(ORDER_ID)]);
  assert.is(table.keys.size, 0);
});

test("a message that comes twice stores nothing more, and asks for the same start", async () => {
  const { table, started, receive } = processing();
  const twice = message("m1", BODY, sentBy("http"));
  await receive(twice);
  table.orders.set(ORDER_ID, sampleOrder({ door: "http", status: "COMPLETED", version: 4 }));
  assert.equal(await receive(twice), []);
  assert.is(table.orders.get(ORDER_ID)?.version, 4);
  assert.equal(started, [start(ORDER_ID), start(ORDER_ID)]);
});

test("an order that comes again is started with the time that is stored", async () => {
  const { table, started, receive } = processing();
  const createdAt = "2026-11-21T09:29:59.999Z";
  table.orders.set(ORDER_ID, sampleOrder({ door: "http", createdAt }));
  await receive(message("m1", BODY, sentBy("http")));
  assert.equal(started, [{ orderId: ORDER_ID, createdAt }]);
});

test("only the message that failed is reported", async () => {
  const { table, started, broken, receive } = processing();
  table.orders.set(ORDER_ID, sampleOrder());
  table.orders.set(OTHER_ID, sampleOrder({ orderId: OTHER_ID }));
  broken.set(`start ${ORDER_ID}`, new Error("no"));
  assert.equal(await receive(stored("m1"), stored("m2", OTHER_ID)), ["m1"]);
  assert.equal(started, [start(OTHER_ID)]);
});

test("a table that is busy leaves the message where it is", async () => {
  const { table, aside, started, receive } = processing();
  table.failNext(Object.assign(new Error("no"), { name: "ThrottlingException" }));
  const one = message("m1", BODY, sentBy("http"));
  assert.equal(await receive(one), ["m1"]);
  assert.equal([aside, started, table.orders.size], [[], [], 0]);
  assert.equal(await receive(one), []);
  assert.equal(started, [start(ORDER_ID)]);
});

for (const [what, poison, reason] of [
  ["what is no JSON", message("m1", "order"), "invalid_json: it is not JSON"],
  ["an order that nobody knows", stored("m1"), "unknown_order: there is no order with this id"],
  [
    "an order that is not valid",
    message("m1", '{"amount":1}', sentBy("direct")),
    "validation_failed: /currency is required",
  ],
  [
    "half a yen",
    message("m1", '{"amount":0.5,"currency":"JPY"}', sentBy("direct")),
    "validation_failed: /amount must have no more than 0 decimals in JPY",
  ],
] as const) {
  test(`${what} is set aside, and acknowledged`, async () => {
    const { table, aside, started, receive } = processing();
    table.orders.set(OTHER_ID, sampleOrder({ orderId: OTHER_ID }));
    assert.equal(await receive(poison, stored("m2", OTHER_ID)), []);
    assert.equal(aside, [["m1", reason]]);
    assert.equal(started, [start(OTHER_ID)]);
  });
}

test("a message that cannot be moved to the dead-letter queue stays in the queue", async () => {
  const { broken, aside, receive } = processing();
  broken.set("setAside", new Error("no"));
  assert.equal(await receive(message("m1", "order")), ["m1"]);
  assert.equal(aside, []);
});

test("a key is stored with its order, for a day and without an answer", async () => {
  const { table, started, aliases, receive } = processing();
  assert.equal(await receive(keyed("m1", ORDER_ID)), []);
  assert.equal([...table.keys.keys()], ["orders-direct#me#k"]);
  const { fingerprint = "", ...record } = table.keys.get("orders-direct#me#k") ?? {};
  // A message of that day may come four weeks later.
  const expiresAt = EPOCH + DAY + 28 * DAY;
  assert.equal(record, { orderId: ORDER_ID, endsAt: EPOCH + DAY, expiresAt });
  assert.match(fingerprint, /^[0-9a-f]{64}$/);
  assert.equal([started, aliases], [[start(ORDER_ID)], []]);
});

test("a key that is taken makes the order a second name of the first, which is started", async () => {
  const { table, started, aliases, receive } = processing();
  await receive(keyed("m1", ORDER_ID));
  const createdAt = "2026-11-21T09:29:59.999Z";
  table.orders.set(ORDER_ID, sampleOrder({ createdAt }));
  assert.equal(await receive(keyed("m2", OTHER_ID)), []);
  assert.equal(aliases, [[OTHER_ID, ORDER_ID]]);
  assert.equal(started, [start(ORDER_ID), { orderId: ORDER_ID, createdAt }]);
  assert.equal([...table.orders.keys()], [ORDER_ID]);
});

test("a key is the same for a day after its order was accepted, whenever the messages come", async () => {
  const { table, aliases, receive } = processing();
  await receive(keyed("m1", ORDER_ID));
  assert.equal(await receive(keyed("m2", OTHER_ID, BODY, EPOCH + DAY - 1)), []);
  assert.equal(await receive(keyed("m0", EARLIER_ID, BODY, EPOCH - DAY + 1)), []);
  assert.equal(aliases, [
    [OTHER_ID, ORDER_ID],
    [EARLIER_ID, ORDER_ID],
  ]);
  assert.equal(await receive(keyed("m3", NEXT_ID, BODY, EPOCH + DAY)), []);
  assert.equal([...table.orders.keys()], [ORDER_ID, NEXT_ID]);
});

test("a message with a key that is delivered twice creates no second alias", async () => {
  const { started, aliases, receive } = processing();
  await receive(keyed("m1", ORDER_ID));
  assert.equal(await receive(keyed("m1", ORDER_ID)), []);
  assert.equal([started, aliases], [[start(ORDER_ID), start(ORDER_ID)], []]);
});

test("a second name that cannot be stored leaves the message where it is", async () => {
  const { started, broken, receive } = processing();
  await receive(keyed("m1", ORDER_ID));
  broken.set("alias", new Error("no"));
  assert.equal(await receive(keyed("m2", OTHER_ID)), ["m2"]);
  assert.equal(started, [start(ORDER_ID)]);
});

test("an accepted order whose key has another body is stored as one that says so, and is started", async () => {
  const { table, aside, aliases, started, receive } = processing();
  await receive(keyed("m1", ORDER_ID));
  const other = keyed("m2", OTHER_ID, '{"amount":1,"currency":"EUR"}');
  for (const _delivery of [1, 2]) assert.equal(await receive(other), []);
  assert.equal([aside, aliases], [[], []]);
  assert.equal(started, [start(ORDER_ID), start(OTHER_ID), start(OTHER_ID)]);
  assert.is(table.orders.get(ORDER_ID)?.conflict, undefined);
  const { conflict, status } = table.orders.get(OTHER_ID) ?? {};
  assert.equal([conflict, status], ["idempotency_key_reused", "PENDING"]);
  assert.is(table.keys.get("orders-direct#me#k")?.orderId, ORDER_ID);
});

test("keys of the open door and of the direct door never meet", async () => {
  const { table, receive } = processing();
  await receive(keyed("m1", ORDER_ID));
  const open = sentBy("http", OTHER_ID, { idempotencyKey: "k" });
  await receive(message("m2", '{"amount":1,"currency":"EUR"}', open));
  assert.equal([...table.keys.keys()], ["orders-direct#me#k", "orders-http#public#k"]);
  assert.is(table.orders.get(OTHER_ID)?.conflict, undefined);
});

test("nothing to do is done", async () => {
  assert.equal(await processing().receive(), []);
});

test.run();
