import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ledger } from "../../../../handlers/orders/payment/simulated/ledger.ts";
import { handler } from "../../../../handlers/orders/pipeline/reconcile.ts";
import { documentClient } from "../../../../handlers/shared/document-client.ts";
import { type AwsReply, awsCallsOf, failing, sent } from "../../../support/aws-calls.ts";
import { ORDER_ID } from "../../../support/order-samples.ts";

const test = suite("calls of the reconciler and of the provider's books");
// What the handler logs is not what is tested here.
console.warn = () => {};
console.error = () => {};
const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:orders";
const RUN = `arn:aws:states:eu-central-1:000000000000:execution:orders:order-${ORDER_ID}`;

const { write } = process.stdout;
const aws = await awsCallsOf(test, (aws) => ({
  ORDERS_TABLE: "orders",
  ORDER_STATUS_SHARDS: "1",
  ORDER_RECOVERY_ARN: MACHINE,
  ORDER_WORKFLOW_ARN: MACHINE,
  ORDERS_QUEUE_URL: aws.queueUrl,
  LATE_AFTER_MINUTES: "15",
}));

const createdAt = new Date(Date.now() - 3_600_000).toISOString();
const key = { PK: { S: `ORDER#${ORDER_ID}` }, SK: { S: `ORDER#${ORDER_ID}` } };
const item = {
  ...key,
  orderId: { S: ORDER_ID },
  createdAt: { S: createdAt },
  status: { S: "PENDING" },
};
const body = JSON.stringify({ orderId: ORDER_ID, createdAt });
const LATE: AwsReply[] = [
  [200, { Items: [item] }],
  [200, { Item: item }],
];
const status = (name: string): AwsReply => [200, { executionArn: RUN, status: name }];
const NONE = failing("ExecutionDoesNotExist");
const describe = (executionArn: string) => ({
  operation: "DescribeExecution",
  input: { executionArn },
});

/** Reconciles; answers what was done, and the calls after the order was found. */
async function reconcile(...replies: AwsReply[]) {
  const metrics: string[] = [];
  aws.reply(...LATE, ...replies);
  process.stdout.write = (text: string | Uint8Array) => metrics.push(String(text)) > 0;
  try {
    const { remedies } = await handler({});
    return {
      actions: remedies.map(({ action }) => action),
      calls: aws.calls.slice(2, -1),
      metrics,
    };
  } finally {
    process.stdout.write = write;
  }
}

test("late orders are looked for by status and age, and read as they are", async () => {
  await reconcile(status("RUNNING"));
  const [pending, read, , processing] = aws.calls;
  type Asked = { ExpressionAttributeValues: { ":before": { S: string } } };
  const { ":before": before } = aws.input<Asked>(0).ExpressionAttributeValues;
  assert.ok(Math.abs(Date.now() - 900_000 - Date.parse(before.S)) < 3_000, before.S);
  const query = (shard: string) => ({
    TableName: "orders",
    IndexName: "byStatus",
    KeyConditionExpression: "statusShard = :shard AND createdAt < :before",
    ExpressionAttributeValues: { ":shard": { S: shard }, ":before": before },
  });
  assert.equal(pending, { operation: "Query", input: query("PENDING#0") });
  assert.equal(processing, { operation: "Query", input: query("PROCESSING#0") });
  const input = { TableName: "orders", Key: key, ConsistentRead: true };
  assert.equal(read, { operation: "GetItem", input });
});

test("the index is read to its end", async () => {
  aws.reply([200, { Items: [], LastEvaluatedKey: key }]);
  assert.equal(await handler({ dryRun: true }), { dryRun: true, late: 0, remedies: [] });
  const starts = aws.calls.map(({ input }) => input["ExclusiveStartKey"]);
  assert.equal(starts, [undefined, key, undefined]);
});

test("an order without a run is sent to the queue, and counted as late", async () => {
  const { actions, calls, metrics } = await reconcile(NONE, sent(body));
  assert.equal(actions, ["send to queue"]);
  const input = { QueueUrl: aws.queueUrl, MessageBody: body };
  assert.equal(calls, [describe(RUN), { operation: "SendMessage", input }]);
  assert.is(metrics.length, 1);
  assert.match(metrics[0] ?? "", /"Service":"orders","OrdersLate":1\}\n$/);
});

for (const ended of ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"]) {
  test(`an order whose run is ${ended} gets a run with the next name`, async () => {
    const { actions, calls } = await reconcile(status(ended), status(ended), NONE);
    assert.equal(actions, ["run workflow again"]);
    const name = `order-${ORDER_ID}-3`;
    assert.equal(calls, [
      describe(RUN),
      describe(`${RUN}-2`),
      describe(`${RUN}-3`),
      { operation: "StartExecution", input: { stateMachineArn: MACHINE, name, input: body } },
    ]);
  });
}

test("an order that somebody else has given its next run is fine", async () => {
  const { actions } = await reconcile(status("FAILED"), NONE, failing("ExecutionAlreadyExists"));
  assert.equal(actions, ["run workflow again"]);
});

test("an order whose second run goes on is waited for", async () => {
  const { actions, calls } = await reconcile(status("FAILED"), status("RUNNING"));
  assert.equal(actions, ["wait: its workflow is running"]);
  assert.equal(calls, [describe(RUN), describe(`${RUN}-2`)]);
});

for (const [what, replies] of [
  ["whose workflow has ended 20 times", Array(20).fill(status("FAILED"))],
  ["whose run cannot be looked at", [failing("AccessDeniedException")]],
  ["that cannot be sent", [NONE, failing("com.amazonaws.sqs#QueueDoesNotExist")]],
  ["that cannot be started", [status("FAILED"), NONE, failing("StateMachineDoesNotExist")]],
] as [string, AwsReply[]][]) {
  test(`an order ${what} is an error, once the others are looked at`, async () => {
    await reconcile(...replies).then(
      () => assert.unreachable("it did not fail"),
      (error: Error) => assert.is(error.message, `could not reconcile ${ORDER_ID}`),
    );
    assert.is(aws.calls.length, 2 + replies.length + 1);
    assert.is(aws.calls.at(-1)?.operation, "Query");
  });
}

const ENTRY = { id: "charge-o", state: "CAPTURED", at: createdAt, amountMinor: 5 } as const;
const STORED = {
  id: { S: "charge-o" },
  state: { S: "CAPTURED" },
  at: { S: createdAt },
  amountMinor: { N: "5" },
};
const find = {
  operation: "GetItem",
  input: { TableName: "payments", Key: { id: { S: "charge-o" } }, ConsistentRead: true },
};

test("an entry of the ledger is written once, and the stored entry is returned", async () => {
  const books = ledger(documentClient(), "payments");
  assert.equal(await books.enter(ENTRY), ENTRY);
  const ConditionExpression = "attribute_not_exists(id)";
  const input = { TableName: "payments", Item: STORED, ConditionExpression };
  assert.equal(aws.calls, [{ operation: "PutItem", input }]);

  aws.reset();
  const standing = { ...STORED, state: { S: "VOIDED" } };
  aws.reply(failing("ConditionalCheckFailedException"), [200, { Item: standing }]);
  assert.equal(await books.enter(ENTRY), { ...ENTRY, state: "VOIDED" });
  assert.equal(aws.calls, [{ operation: "PutItem", input }, find]);
});

test("an entry is one consistent read", async () => {
  const books = ledger(documentClient(), "payments");
  assert.is(await books.find("charge-o"), undefined);
  aws.reply([200, { Item: STORED }]);
  assert.equal(await books.find("charge-o"), ENTRY);
  assert.equal(aws.calls, [find, find]);
});

test("tries are counted in one write", async () => {
  aws.reply([200, { Attributes: { tries: { N: "3" } } }]);
  assert.is(await ledger(documentClient(), "payments").countTry("charge-o"), 3);
  const input = {
    TableName: "payments",
    Key: { id: { S: "tries-charge-o" } },
    UpdateExpression: "ADD tries :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "ALL_NEW",
  };
  assert.equal(aws.calls, [{ operation: "UpdateItem", input }]);
});

test.run();
