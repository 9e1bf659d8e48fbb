import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DeleteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reasonFor, setAside } from "./support/set-aside.ts";
import { mugs, Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { settled } from "./support/store-digest.ts";

const test = suite("orders, bad input behind the doors");
let stack: TestStack;
let shop: Shop;
let sqs: SQSClient;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  shop = new Shop(stack);
  sqs = new SQSClient(stack.aws);
});
test.after(() => stack?.stop());

type Attributes = Record<string, string>;

/** Puts a message straight into the queue. */
async function inject(body: string, attributes: Attributes = {}): Promise<void> {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [
      name,
      { DataType: "String", StringValue },
    ]),
  );
  const QueueUrl = stack.output("ordersQueueUrl");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
}

const unstored = (more: Attributes = {}): Attributes => ({
  door: "direct",
  orderId: randomUUID(),
  createdAt: String(Date.now()),
  ...more,
});
const marked = (mark: string) => JSON.stringify(mugs(mark));

const NO_ID = "/orderId must be a lowercase UUID";
const LATER = '"2026-11-21T09:30:00.000Z"';
const UNKNOWN = "0f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";

/** Message, its attributes, and the reason for which it is set aside. */
const POISON: Record<string, [body: string, reason: string, attributes?: Attributes]> = {
  "not JSON": ["not JSON", "invalid_json: it is not JSON"],
  "a list": ["[1]", "validation_failed: /orderId is required; /createdAt is required"],
  "a text": ['"text"', "validation_failed: the body must be of type Object"],
  "nothing of an order": [
    '{"x":1}',
    "validation_failed: /orderId is required; /createdAt is required",
  ],
  "an order id in capitals": [
    `{"orderId":"${UNKNOWN.toUpperCase()}","createdAt":${LATER}}`,
    `validation_failed: ${NO_ID}`,
  ],
  "an unknown order": [
    `{"orderId":"${UNKNOWN}","createdAt":${LATER}}`,
    "unknown_order: there is no order with this id",
  ],
  "one level too deep": [
    `${"[".repeat(33)}${"]".repeat(33)}`,
    "invalid_json: it is nested deeper than 32 levels",
  ],
  "256 KiB of nothing": ["x".repeat(256 * 1024), "invalid_json: it is not JSON"],
  "an unstored order that is a list": [
    "[2]",
    "validation_failed: the body must be of type Object",
    unstored(),
  ],
  "an unstored order without a line": [
    JSON.stringify({ ...mugs(), items: [], customerId: "no-line" }),
    "validation_failed: /items must have at least 1 line",
    unstored(),
  ],
  "a door that is not there": [
    marked("no-door"),
    "validation_failed: /door must be http or direct",
    unstored({ door: "rest" }),
  ],
  "no order id beside it": [
    marked("bad-id"),
    `validation_failed: ${NO_ID}`,
    unstored({ orderId: "../x" }),
  ],
  "a time that is none": [
    marked("bad-time"),
    "validation_failed: /createdAt must be milliseconds since 1970",
    unstored({ createdAt: "yesterday" }),
  ],
  "a key that is none": [
    marked("bad-key"),
    "idempotency_key_invalid: Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.",
    unstored({ idempotencyKey: " " }),
  ],
};

test("Q10 poison messages go to the dead-letter queue with the reason, and their neighbours are completed", async () => {
  const neighbours: string[] = [];
  for (const [index, [body, , attributes]] of Object.values(POISON).entries()) {
    await inject(body, attributes);
    if (index % 3 > 0) continue;
    const neighbour = unstored();
    await inject(JSON.stringify(mugs()), neighbour);
    neighbours.push(String(neighbour["orderId"]));
  }
  for (const id of neighbours) await shop.until(id, "COMPLETED");
  for (const [why, [body, reason]] of Object.entries(POISON)) {
    assert.is(await reasonFor(stack, body), reason, why);
  }
  assert.is(setAside(stack, "orders").length, Object.keys(POISON).length);
  assert.is(await shop.countOrders(), neighbours.length);
});

test("Q10 a key that is used again with another body ends as an order that says so", async () => {
  const first = unstored({ idempotencyKey: "q10", caller: "one" });
  await inject(marked("first"), first);
  await shop.until(String(first["orderId"]), "COMPLETED");
  const second = unstored({ idempotencyKey: "q10", caller: "one" });
  await inject(marked("second"), second);
  const { failureReason } = await shop.until(String(second["orderId"]), "FAILED");
  assert.is(failureReason, "idempotency_key_reused");
  const other = unstored({ idempotencyKey: "q10", caller: "two" });
  await inject(marked("third"), other);
  await shop.until(String(other["orderId"]), "COMPLETED");
});

test("Q10 a message that comes again makes nothing twice", async () => {
  const attributes = unstored();
  const orderId = String(attributes["orderId"]);
  for (let n = 0; n < 3; n++) await inject(marked("again"), attributes);
  const { createdAt } = await shop.until(orderId, "COMPLETED");
  for (let n = 0; n < 3; n++) await inject(JSON.stringify({ orderId, createdAt }));
  await settled(stack);
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
  const { [`ORDER#${orderId}`]: order = {} } = await shop.items(orderId);
  // Stored, held, paid, completed: each of its executions finds done what an earlier one has done.
  assert.is(order["version"], 4);
  assert.equal(shop.letters(orderId).toSorted(), [
    "email ada@example.com: We have received your order",
    "email ada@example.com: Your order is complete",
    "email shop@example.com: New Order Notification",
    "email shop@example.com: Order completed",
    "sms customer-1: ",
  ]);
});

test("Q11 a removed order, and one of 300 KB, delay no announcement of others", async () => {
  const removed = await shop.place("http", { amount: 1, currency: "EUR" });
  await shop.until(removed, "COMPLETED");
  await settled(stack);
  const Key = { PK: `ORDER#${removed}`, SK: `ORDER#${removed}` };
  const { [Key.SK]: item } = await shop.items(removed);
  const TableName = stack.output("ordersTableName");
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient(stack.aws));
  await tables.send(new DeleteCommand({ TableName, Key }));
  const orderId = randomUUID();
  const large = { ...Key, PK: `ORDER#${orderId}`, SK: `ORDER#${orderId}`, orderId };
  await shop.put({
    ...item,
    ...large,
    customerEmail: "big@example.com",
    note: "x".repeat(300_000),
  });
  const after = await shop.place("rest", mugs());
  await shop.until(after, "COMPLETED");
  await stack.until("the letters", () => shop.letters(after).length >= 2 || undefined);
  await settled(stack);
  assert.match(shop.letters(orderId).join(), /email big@example.com: Your order is complete/);
  for (const queue of ["orders-events", "orders-notify", "orders-placed"]) {
    assert.equal(setAside(stack, queue), []);
  }
});

const RUNS: [why: string, input: unknown, error: string][] = [
  [
    "an unknown order",
    { orderId: UNKNOWN, createdAt: "2026-11-21T09:30:00.000Z" },
    "OrderNotFound",
  ],
  ["no createdAt", { orderId: UNKNOWN }, "ValidationError"],
  [
    "a createdAt that is no ISO time",
    { orderId: UNKNOWN, createdAt: "yesterday" },
    "ValidationError",
  ],
  [
    "an order id in capitals",
    { orderId: UNKNOWN.toUpperCase(), createdAt: "2026-11-21T09:30:00.000Z" },
    "ValidationError",
  ],
  ["nothing", {}, "ValidationError"],
  // Lambda refuses a payload that is no JSON, and what is caught cannot be put into a string.
  ["a text", "x", "States.ResultPathMatchFailure"],
  ["a list", [], "ValidationError"],
  ["null", null, "ValidationError"],
];

const isFailure = ({ type }: { type: string }) => type === "ExecutionFailed";

test("O20 a workflow that is started by hand with no order fails, and charges nothing", async () => {
  await settled(stack);
  const books = await shop.ledger("");
  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("orderWorkflowArn");
  const started = RUNS.map(async ([why, input]) => {
    const start = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
    const { executionArn = "" } = await states.send(start);
    // An Express execution is known by what its machine logs.
    const { details } = await stack.until(`the end of the execution with ${why}`, () => {
      const lines = stack.logs.filter(({ message }) => message.includes(executionArn));
      return lines.map(({ message }) => JSON.parse(message)).find(isFailure);
    });
    assert.not.match(details.cause ?? "", /node_modules/);
    return [why, details.error];
  });
  assert.equal(
    await Promise.all(started),
    RUNS.map(([why, , error]) => [why, error]),
  );
  assert.equal(await shop.ledger(""), books);
  assert.equal(setAside(stack, "order-workflow-parked-refunds"), []);
});

test.run();
