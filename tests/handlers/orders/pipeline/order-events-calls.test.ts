import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBStreamEvent, SNSEvent } from "aws-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handler as notifyCustomer } from "../../../../handlers/orders/pipeline/notify-customer.ts";
import { handler as orderEvents } from "../../../../handlers/orders/pipeline/order-events.ts";
import {
  announcementOf,
  announcementText,
} from "../../../../handlers/orders/rules/announcement.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { orderItem } from "../../../../handlers/orders/store/order-item.ts";
import { TransientError } from "../../../../handlers/shared/transient-error.ts";
import { type AwsReply, awsCallsOf, failing } from "../../../support/aws-calls.ts";
import { ORDER_ID, OTHER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("calls of the functions that tell of orders");
// What the handlers log is not what is tested here.
console.error = () => {};
const DAY = 24 * 60 * 60;
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:orders";

let lines: string[] = [];
const { write } = process.stdout;
const { info } = console;
const aws = await awsCallsOf(test, () => ({
  ORDERS_TABLE: "orders",
  MAX_LETTERS_PER_HOUR: "20",
  ORDER_STATUS_SHARDS: "1",
  ORDERS_TOPIC_ARN: TOPIC,
}));
test.before.each(() => {
  lines = [];
  console.info = () => {};
});

/** Does it, and collects the metrics that it writes. */
async function metricsOf(work: () => Promise<void>): Promise<string[]> {
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return lines.flatMap((line) =>
    JSON.parse(line)._aws.CloudWatchMetrics.map(
      ({ Metrics: [metric] }: { Metrics: { Name: string }[] }) => metric?.Name,
    ),
  );
}

interface Update {
  ExpressionAttributeValues: { ":expiresAt": { N: string }; ":versions": object };
}

const SECOND: Partial<Order> = { orderId: OTHER_ID, status: "FAILED", version: 3 };
const record = (SequenceNumber: string, order: Partial<Order> = {}) => ({
  dynamodb: { SequenceNumber, NewImage: marshall(orderItem(sampleOrder(order), 1)) },
});
const receive = async (...records: object[]) => {
  const { batchItemFailures } = await orderEvents({ Records: records } as DynamoDBStreamEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const key = (orderId: string) => ({ PK: { S: `ORDER#${orderId}` }, SK: { S: "ANNOUNCED" } });
const mark = (orderId: string, ...versions: number[]) => ({
  ...key(orderId),
  versions: { NS: versions.map(String) },
});
const marks = (...Keys: object[]) => ({
  operation: "BatchGetItem",
  input: { RequestItems: { orders: { Keys, ConsistentRead: true } } },
});
const published = (failed = ""): AwsReply => [
  200,
  `<PublishBatchResponse><PublishBatchResult><Successful/><Failed>${failed}</Failed></PublishBatchResult></PublishBatchResponse>`,
];
const refused = (id: string) =>
  `<member><Id>${id}</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>`;
const operations = () => aws.calls.map(({ operation }) => operation);

const entry = (index: number, order: Order, subject: string, eventType: string) => {
  const announcement = announcementOf(order, undefined);
  if (!announcement) throw new Error("there is nothing to announce");
  const member = `PublishBatchRequestEntries.member.${index + 1}`;
  const attribute = (at: number, name: string, type: string, value: string) => ({
    [`${member}.MessageAttributes.entry.${at}.Name`]: name,
    [`${member}.MessageAttributes.entry.${at}.Value.DataType`]: type,
    [`${member}.MessageAttributes.entry.${at}.Value.StringValue`]: value,
  });
  return {
    [`${member}.Id`]: String(index),
    [`${member}.Message`]: JSON.stringify({
      default: JSON.stringify(announcement),
      email: announcementText(announcement),
    }),
    [`${member}.Subject`]: subject,
    [`${member}.MessageStructure`]: "json",
    ...attribute(1, "eventType", "String", eventType),
    ...attribute(2, "status", "String", order.status),
    ...attribute(3, "orderId", "String", order.orderId),
    ...attribute(4, "version", "Number", String(order.version)),
    ...attribute(5, "addressed", "String", "true"),
  };
};

test("events are looked up, published together and marked, each with its metrics", async () => {
  aws.reply([200, {}], published());
  const metrics = await metricsOf(async () => {
    assert.equal(await receive(record("1"), record("2", SECOND)), []);
  });
  assert.equal(metrics, ["OrdersCreated", "OrderValue", "OrdersProcessed", "PaymentsProcessed"]);
  const [lookUp, publish] = aws.calls;
  assert.equal(lookUp, marks(key(ORDER_ID), key(OTHER_ID)));
  const input = {
    TopicArn: TOPIC,
    ...entry(0, sampleOrder(), "New Order Notification", "OrderCreated"),
    ...entry(1, sampleOrder(SECOND), "Order failed", "OrderFailed"),
  };
  assert.equal(publish, { operation: "PublishBatch", input });
  for (const [call, orderId, version] of [
    [2, ORDER_ID, "1"],
    [3, OTHER_ID, "3"],
  ] as const) {
    const { ExpressionAttributeValues: values, ...update } = aws.input<Update>(call);
    assert.equal(update, {
      TableName: "orders",
      Key: key(orderId),
      UpdateExpression: "SET expiresAt = :expiresAt ADD versions :versions",
    });
    assert.equal(values[":versions"], { NS: [version] });
    const expiresAt = Number(values[":expiresAt"].N);
    assert.ok(Math.abs(expiresAt - Date.now() / 1000 - 30 * DAY) < 3, String(expiresAt));
  }
  assert.equal(operations(), ["BatchGetItem", "PublishBatch", "UpdateItem", "UpdateItem"]);
});

test("all that is told of one order has one mark, which is read and written once", async () => {
  aws.reply([200, { Responses: { orders: [mark(ORDER_ID, 1)] } }], published());
  const later = [
    record("2", { status: "PROCESSING", version: 2 }),
    record("3", { status: "COMPLETED", version: 4 }),
  ];
  await metricsOf(async () => assert.equal(await receive(record("1"), ...later), []));
  assert.equal(operations(), ["BatchGetItem", "PublishBatch", "UpdateItem"]);
  assert.equal(aws.calls[0], marks(key(ORDER_ID)));
  const { ExpressionAttributeValues: values } = aws.input<Update>(2);
  assert.equal(values[":versions"], { NS: ["2", "4"] });
});

test("an event of an order without a customer says that there is nobody to write to", async () => {
  aws.reply([200, {}], published());
  const one = record("1");
  const { NewImage: image = {} } = one.dynamodb ?? {};
  for (const name of ["customerId", "customerEmail", "items"]) delete image[name];
  await metricsOf(async () => assert.equal(await receive(one), []));
  const attribute = "PublishBatchRequestEntries.member.1.MessageAttributes.entry.5";
  const input = aws.input<Record<string, string>>(1);
  assert.equal(
    [input[`${attribute}.Name`], input[`${attribute}.Value.StringValue`]],
    ["addressed", "false"],
  );
});

test("an event whose mark was not written is reported, and not counted", async () => {
  aws.reply([200, {}], published(), failing("ThrottlingException"), [200, {}]);
  const metrics = await metricsOf(async () => {
    assert.equal(await receive(record("1"), record("2", SECOND)), ["1"]);
  });
  assert.equal(metrics, ["OrdersProcessed", "PaymentsProcessed"]);
});

test("events that are marked are not published again", async () => {
  aws.reply([200, { Responses: { orders: [mark(ORDER_ID, 1)] } }], published());
  await metricsOf(async () => assert.equal(await receive(record("1"), record("2", SECOND)), []));
  assert.equal(operations(), ["BatchGetItem", "PublishBatch", "UpdateItem"]);
  const { "PublishBatchRequestEntries.member.1.Subject": subject } = aws.input(1);
  assert.is(subject, "Order failed");

  aws.reset();
  const known = [mark(ORDER_ID, 1), mark(OTHER_ID, 3)];
  aws.reply([200, { Responses: { orders: known } }]);
  assert.equal(await receive(record("1"), record("2", SECOND)), []);
  assert.equal(operations(), ["BatchGetItem"]);
});

test("an event that the topic refused is neither marked nor counted, and its record reported", async () => {
  aws.reply([200, {}], published(refused("1")));
  const metrics = await metricsOf(async () => {
    assert.equal(await receive(record("1"), record("2", SECOND)), ["2"]);
  });
  assert.equal(metrics, ["OrdersCreated", "OrderValue"]);
  assert.equal(operations(), ["BatchGetItem", "PublishBatch", "UpdateItem"]);
});

async function errorOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => assert.unreachable("it did not fail") as never,
    (error: Error) => error,
  );
}

test("marks that were not all read are no marks: nothing is published", async () => {
  const UnprocessedKeys = { orders: { Keys: [key(ORDER_ID)] } };
  aws.reply([200, { Responses: {}, UnprocessedKeys }]);
  const error = await errorOf(receive(record("1")));
  assert.instance(error, TransientError);
  assert.is(error.message, "DynamoDB left keys of BatchGetItem unprocessed");
  assert.equal(operations(), ["BatchGetItem"]);
});

test("a topic that is not there fails the whole batch", async () => {
  const xml =
    "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code></Error></ErrorResponse>";
  aws.reply([200, {}], [404, xml]);
  assert.is((await errorOf(receive(record("1")))).name, "NotFoundException");
  assert.equal(operations(), ["BatchGetItem", "PublishBatch"]);
});

const completed = sampleOrder({ status: "COMPLETED", version: 4, door: "http" });
const notify = (handler = notifyCustomer) => {
  const Message = JSON.stringify(announcementOf(completed, undefined));
  return handler({ Records: [{ Sns: { MessageId: "d-1", Message } }] } as SNSEvent);
};
const letter = {
  channel: "email",
  to: "ada@example.com",
  subject: "Your order is complete",
};
const withoutBody = ({ body, ...rest }: Record<string, unknown>) => {
  assert.match(JSON.stringify(body), new RegExp(`Your order ${ORDER_ID} for 109.97 EUR is paid`));
  return rest;
};

test("a letter of an open order is claimed and counted in one transaction, simulated, and marked as sent", async () => {
  const logged: Record<string, unknown>[] = [];
  console.info = (line: Record<string, unknown>) => void logged.push(line);
  const stopped: AwsReply = [200, { Item: marshall({ PK: "x", SK: "STOPPED" }) }];
  aws.reply([200, {}], [200, {}], [200, {}], stopped, [200, {}]);
  const metrics = await metricsOf(() => notify());
  console.info = info;
  assert.equal(operations(), ["GetItem", "TransactWriteItems", "UpdateItem", "GetItem", "PutItem"]);
  const { TransactItems } = aws.input<{ TransactItems: Record<string, Record<string, unknown>>[] }>(
    1,
  );
  const [{ Put } = {}, { Update } = {}] = TransactItems;
  const { expiresAt, claimedAt, ...booked } = withoutBody(
    (Put?.["Item"] ?? {}) as Record<string, unknown>,
  ) as Record<string, { N: string }>;
  const letterKey = { PK: `ORDER#${ORDER_ID}`, SK: "NOTIFIED#email#4" };
  assert.equal(booked, marshall({ ...letterKey, ...letter, delivery: "d-1" }));
  assert.ok(Math.abs(Number(expiresAt?.N) - Date.now() / 1000 - 90 * DAY) < 3);
  assert.match(JSON.stringify(claimedAt), /^\{"S":"\d{4}-\d\d-\d\dT[\d:.]{12}Z"\}$/);
  assert.is(Put?.["ConditionExpression"], "attribute_not_exists(PK)");
  assert.is(Update?.["ConditionExpression"], "attribute_not_exists(letters) OR letters < :max");
  const values = Update?.["ExpressionAttributeValues"] as Record<string, unknown>;
  assert.equal(values[":max"], { N: "20" });
  const mark = aws.input<Record<string, unknown>>(2);
  assert.equal(mark["Key"], marshall(letterKey));
  assert.equal(
    [mark["UpdateExpression"], mark["ConditionExpression"]],
    ["SET sentAt = :now", "delivery = :delivery"],
  );
  const event = { event: "letter_simulated", orderId: ORDER_ID, version: 4, correlationId: "c-1" };
  const id = `${ORDER_ID}-v4-email`;
  assert.equal(logged.map(withoutBody), [{ ...event, id, ...letter }]);
  assert.equal(metrics, ["NotificationsSent"]);
  assert.is(JSON.parse(lines[0] ?? "").Channel, "email");
});

test("a letter that could not be claimed is an error", async () => {
  aws.reply([200, {}], failing("ThrottlingException"));
  assert.is((await errorOf(notify())).name, "ThrottlingException");
  assert.equal(operations(), ["GetItem", "TransactWriteItems"]);
});

test.run();
