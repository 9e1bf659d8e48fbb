import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handler as acceptOrder } from "../../../../handlers/orders/doors/accept-order.ts";
import { handler as placeOrder } from "../../../../handlers/orders/doors/place-order.ts";
import { fingerprint } from "../../../../handlers/shared/canonical-json.ts";
import { apiRequest, assertProblem } from "../../../support/api-request.ts";
import { awsCallsOf, failing, sent } from "../../../support/aws-calls.ts";
import { httpApiRequest } from "../../../support/order-samples.ts";

const test = suite("calls of the functions that take orders in");
// What the handlers log is not what is tested here.
console.info = () => {};
console.error = () => {};

const aws = await awsCallsOf(test, (aws) => ({
  ORDERS_TABLE: "orders",
  ORDER_STATUS_SHARDS: "1",
  IDEMPOTENCY_HOURS: "24",
  UNPRICED_PRODUCTS: "false",
  ORDERS_QUEUE_URL: aws.queueUrl,
}));

const BODY = { amount: 99.99, currency: "EUR" };
const place = (headers: Record<string, string> = {}) =>
  placeOrder(apiRequest({ method: "POST", headers, body: JSON.stringify(BODY) }));
const accept = () =>
  acceptOrder(
    httpApiRequest({
      routeKey: "POST /orders",
      headers: { "x-correlation-id": "c-1" },
      body: JSON.stringify(BODY),
    }),
  );

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const item = (orderId: string, createdAt: string) => ({
  PK: { S: `ORDER#${orderId}` },
  SK: { S: `ORDER#${orderId}` },
  statusShard: { S: "PENDING#0" },
  orderId: { S: orderId },
  createdAt: { S: createdAt },
  door: { S: "rest" },
  correlationId: { S: "request-1" },
  updatedAt: { S: createdAt },
  status: { S: "PENDING" },
  version: { N: "1" },
  paymentStatus: { S: "NONE" },
  stockStatus: { S: "NONE" },
  currency: { S: "EUR" },
  totalMinor: { N: "9999" },
});

test("an order without a key is one write, which succeeds only if the order does not exist", async () => {
  const answer = await place();
  assert.is(answer.statusCode, 201);
  const { orderId, createdAt } = JSON.parse(answer.body);
  assert.match(orderId, UUID);
  const input = {
    TableName: "orders",
    Item: item(orderId, createdAt),
    ConditionExpression: "attribute_not_exists(PK)",
  };
  assert.equal(aws.calls, [{ operation: "PutItem", input }]);
});

test("an order that a lost answer has stored already is answered as stored", async () => {
  aws.reply(failing("ConditionalCheckFailedException"));
  assert.is((await place()).statusCode, 201);
  assert.is(aws.calls.length, 1);
});

test("an order with a key is one transaction of the two", async () => {
  const answer = await place({ "Idempotency-Key": "k" });
  const { orderId, createdAt } = JSON.parse(answer.body);
  const now = Math.floor(Date.parse(createdAt) / 1000);
  const [{ operation = "", input = {} } = {}, ...more] = aws.calls;
  assert.equal([operation, more], ["TransactWriteItems", []]);
  const { ClientRequestToken, ...rest } = input;
  assert.match(String(ClientRequestToken), UUID);
  const TransactItems = [
    {
      Put: {
        TableName: "orders",
        Item: item(orderId, createdAt),
        ConditionExpression: "attribute_not_exists(PK)",
      },
    },
    {
      Put: {
        TableName: "orders",
        Item: {
          PK: { S: "IDEMPOTENCY#orders#public#k" },
          SK: { S: "IDEMPOTENCY#orders#public#k" },
          orderId: { S: orderId },
          fingerprint: { S: fingerprint(BODY) },
          endsAt: { N: String(now + 86_400) },
          expiresAt: { N: String(now + 86_400) },
          response: { S: answer.body },
        },
        ConditionExpression: "attribute_not_exists(PK) OR endsAt <= :requestedAt",
        ExpressionAttributeValues: { ":requestedAt": { N: String(now) } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
  ];
  assert.equal(rest, { TransactItems });
});

const taken = (Item: object) =>
  failing("TransactionCanceledException", {
    CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item }],
  });

test("a key that is taken is answered as the first time, or refused", async () => {
  const record = { orderId: { S: "o-1" }, expiresAt: { N: "1" }, response: { S: '{"b":1,"a":2}' } };
  aws.reply(taken({ ...record, fingerprint: { S: fingerprint(BODY) } }));
  const answer = await place({ "Idempotency-Key": "k" });
  assert.equal([answer.statusCode, answer.body], [201, '{"b":1,"a":2}']);
  assert.is(answer.headers["Idempotent-Replayed"], "true");

  aws.reply(taken({ ...record, fingerprint: { S: "other" } }));
  const refused = { status: 422, code: "idempotency_key_reused" };
  assertProblem(await place({ "Idempotency-Key": "k" }), refused);
});

test("a transaction that meets another is tried again", async () => {
  const CancellationReasons = [{ Code: "None" }, { Code: "TransactionConflict" }];
  aws.reply(failing("TransactionCanceledException", { CancellationReasons }));
  assert.is((await place({ "Idempotency-Key": "k" })).statusCode, 201);
  const [first, second] = aws.calls.map(({ input }) => input["TransactItems"]);
  assert.is(aws.calls.length, 2);
  assert.equal(first, second);
});

for (const type of ["ThrottlingException", "ProvisionedThroughputExceededException"]) {
  test(`${type} is a 503`, async () => {
    aws.reply(failing(type), failing(type));
    for (const headers of [{}, { "Idempotency-Key": "k" }] as Record<string, string>[]) {
      const answer = await place(headers);
      assertProblem(answer, { status: 503, code: "unavailable" });
      assert.is(answer.headers["Retry-After"], "1");
    }
  });
}

test("a function that may not write is a 500", async () => {
  aws.reply(failing("AccessDeniedException"));
  assertProblem(await place(), { status: 500, code: "internal" });
});

test("the open door sends one message, with the order as its body", async () => {
  aws.reply(sent(JSON.stringify(BODY)));
  const answer = await accept();
  assert.is(answer.statusCode, 202);
  const { orderId } = JSON.parse(answer.body);
  assert.match(orderId, UUID);
  const [{ operation = "", input = {} } = {}, ...more] = aws.calls;
  assert.equal([operation, more], ["SendMessage", []]);
  const { MessageAttributes, ...rest } = input;
  assert.equal(rest, { QueueUrl: aws.queueUrl, MessageBody: JSON.stringify(BODY) });
  const { createdAt, ...attributes } = MessageAttributes as Record<string, { StringValue: string }>;
  assert.equal(attributes, {
    door: { DataType: "String", StringValue: "http" },
    orderId: { DataType: "String", StringValue: orderId },
    correlationId: { DataType: "String", StringValue: "c-1" },
  });
  assert.match(createdAt?.StringValue ?? "", /^\d{13}$/);
});

test("a queue that is busy is a 503, and one that is not there a 500", async () => {
  aws.reply(
    [503, { __type: "ServiceUnavailable" }],
    failing("com.amazonaws.sqs#QueueDoesNotExist"),
  );
  assertProblem(await accept(), { status: 503, code: "unavailable" });
  assertProblem(await accept(), { status: 500, code: "internal" });
});

test.run();
