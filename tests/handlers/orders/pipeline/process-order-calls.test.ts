import type { SQSEvent } from "aws-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handler } from "../../../../handlers/orders/pipeline/process-order.ts";
import { fingerprint } from "../../../../handlers/shared/canonical-json.ts";
import { awsCallsOf, failing, sent } from "../../../support/aws-calls.ts";
import { CREATED_AT, ORDER_ID, OTHER_ID } from "../../../support/order-samples.ts";

const test = suite("calls of the function that works off the orders queue");
// What the handler logs is not what is tested here.
console.info = () => {};
console.error = () => {};
const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:orders";

const aws = await awsCallsOf(test, (aws) => ({
  ORDERS_TABLE: "orders",
  ORDER_STATUS_SHARDS: "1",
  IDEMPOTENCY_HOURS: "24",
  ORDER_WORKFLOW_ARN: MACHINE,
  SET_ASIDE_QUEUE_URL: aws.queueUrl,
}));

const SIMPLE = { amount: 1, currency: "EUR" };
const DOOR = { door: "direct", orderId: ORDER_ID, createdAt: String(Date.parse(CREATED_AT)) };
const KEYED = { ...DOOR, caller: "me", idempotencyKey: "k" };

/** Receives one message; answers the ids of what failed. */
async function receive(body: unknown, attributes: Record<string, string> = {}) {
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [
      name,
      { dataType: "String", stringValue },
    ]),
  );
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const message = { messageId: "m1", body: text, messageAttributes };
  const Records = [{ ...message, attributes: { ApproximateReceiveCount: "1" } }];
  const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
const operations = () => aws.calls.map(({ operation }) => operation);

const key = (orderId: string, SK = `ORDER#${orderId}`) => ({
  PK: { S: `ORDER#${orderId}` },
  SK: { S: SK },
});
const read = (orderId: string) => ({
  operation: "GetItem",
  input: { TableName: "orders", Key: key(orderId), ConsistentRead: true },
});
const start = (orderId: string) => ({
  operation: "StartExecution",
  input: {
    stateMachineArn: MACHINE,
    name: `order-${orderId}`,
    input: JSON.stringify({ orderId, createdAt: CREATED_AT }),
  },
});
const item = (orderId: string) => ({
  ...key(orderId),
  orderId: { S: orderId },
  createdAt: { S: CREATED_AT },
});
const STORED = { orderId: ORDER_ID, createdAt: CREATED_AT };

test("a stored order is read, and its workflow started by its own name", async () => {
  aws.reply([200, { Item: item(ORDER_ID) }]);
  assert.equal(await receive(STORED), []);
  assert.equal(aws.calls, [read(ORDER_ID), start(ORDER_ID)]);
});

test("a workflow that was started before is fine", async () => {
  aws.reply([200, { Item: item(ORDER_ID) }], failing("ExecutionAlreadyExists"));
  assert.equal(await receive(STORED), []);
});

for (const type of ["ThrottlingException", "StateMachineDoesNotExist", "AccessDeniedException"]) {
  test(`a start that fails with ${type} leaves the message where it is`, async () => {
    aws.reply([200, { Item: item(ORDER_ID) }], failing(type));
    assert.equal(await receive(STORED), ["m1"]);
    assert.equal(operations(), ["GetItem", "StartExecution"]);
  });
}

test("an order that is not stored is written, and started", async () => {
  assert.equal(await receive(SIMPLE, DOOR), []);
  assert.equal(operations(), ["PutItem", "StartExecution"]);
  const { Item, ...rest } = aws.input<{ Item: Record<string, unknown> }>(0);
  assert.equal(rest, { TableName: "orders", ConditionExpression: "attribute_not_exists(PK)" });
  assert.equal(Item["door"], { S: "direct" });
  assert.equal(Item["correlationId"], { S: ORDER_ID });
  assert.equal(aws.calls[1], start(ORDER_ID));
});

test("an order that is stored already is only read, and started", async () => {
  aws.reply(failing("ConditionalCheckFailedException"), [200, { Item: item(ORDER_ID) }]);
  assert.equal(await receive(SIMPLE, DOOR), []);
  assert.equal(operations(), ["PutItem", "GetItem", "StartExecution"]);
});

test("a key is claimed with its order, and a second delivery of it is known", async () => {
  const record = { orderId: { S: ORDER_ID }, fingerprint: { S: fingerprint(SIMPLE) } };
  const CancellationReasons = [
    { Code: "ConditionalCheckFailed" },
    { Code: "ConditionalCheckFailed", Item: record },
  ];
  aws.reply(failing("TransactionCanceledException", { CancellationReasons }), [
    200,
    { Item: item(ORDER_ID) },
  ]);
  assert.equal(await receive(SIMPLE, KEYED), []);
  assert.equal(operations(), ["TransactWriteItems", "GetItem", "StartExecution"]);
  type Claim = { Put: { Item: Record<"endsAt" | "expiresAt", { N: string }> } };
  const [, claim] = aws.input<{ TransactItems: [object, Claim] }>(0).TransactItems;
  const { endsAt, expiresAt, ...rest } = claim.Put.Item;
  assert.equal(rest, {
    PK: { S: "IDEMPOTENCY#orders-direct#me#k" },
    SK: { S: "IDEMPOTENCY#orders-direct#me#k" },
    ...record,
  });
  const ends = Math.floor(Number(KEYED.createdAt) / 1000) + 86_400;
  assert.equal([endsAt.N, expiresAt.N], [ends, ends + 28 * 86_400].map(String));
});

test("a key that is taken becomes a second name of the first order, which is started", async () => {
  const record = { orderId: { S: OTHER_ID }, fingerprint: { S: fingerprint(SIMPLE) } };
  const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: record }];
  aws.reply(failing("TransactionCanceledException", { CancellationReasons }));
  aws.reply([200, {}], [200, { Item: item(OTHER_ID) }]);
  assert.equal(await receive(SIMPLE, KEYED), []);
  assert.equal(operations(), ["TransactWriteItems", "PutItem", "GetItem", "StartExecution"]);
  const { Item, ...rest } = aws.input<{ Item: Record<string, unknown> }>(1);
  assert.equal(rest, { TableName: "orders" });
  assert.equal(Item, { ...key(ORDER_ID, "ALIAS"), orderId: { S: OTHER_ID } });
  assert.equal(aws.calls.slice(2), [read(OTHER_ID), start(OTHER_ID)]);
});

test("poison goes to the queue of failures as it came, with the reason", async () => {
  aws.reply(sent("order 66"));
  assert.equal(await receive("order 66", { door: "direct", caller: "me" }), []);
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  const MessageAttributes = {
    door: text("direct"),
    caller: text("me"),
    reason: text("invalid_json: it is not JSON"),
  };
  const input = { QueueUrl: aws.queueUrl, MessageBody: "order 66", MessageAttributes };
  assert.equal(aws.calls, [{ operation: "SendMessage", input }]);
});

async function reasonFor(body: string): Promise<string> {
  aws.reply(sent(body));
  assert.equal(await receive(body, DOOR), []);
  type Attributes = { MessageAttributes: { reason: { StringValue: string } } };
  return aws.input<Attributes>(0).MessageAttributes.reason.StringValue;
}

test("a reason holds nothing that a queue does not take", async () => {
  const body = '{"amount":1,"currency":"EUR","a\\u0000\\u001bb\\uffff🍵":1}';
  const reason = "validation_failed: /a\ufffd\ufffdb\ufffd🍵 is not a known field";
  assert.is(await reasonFor(body), reason);
});

test("a reason is cut after 1,000 characters, and not within one", async () => {
  const name = `${"x".repeat(979)}🍵`;
  const reason = await reasonFor(JSON.stringify({ ...SIMPLE, [name]: 1 }));
  assert.is(reason, `validation_failed: /${"x".repeat(979)}\ufffd`);
  assert.is(reason.length, 1_000);
});

test("a poison message that cannot be moved to the dead-letter queue stays in the queue", async () => {
  aws.reply(failing("com.amazonaws.sqs#QueueDoesNotExist"));
  assert.equal(await receive("order 66"), ["m1"]);
});

test.run();
