import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newOrder } from "../../handlers/orders/rules/order.ts";
import { orderItem } from "../../handlers/orders/store/order-item.ts";
import { redrive, waitingIn } from "./support/redrive.ts";
import { Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("a batch with one poison message");
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  shop = new Shop(stack);
});
test.after(() => stack?.stop());

test("is processed except for the poison, which is redriven after it is corrected", async () => {
  const sqs = new SQSClient(stack.aws);
  const unknown = randomUUID();
  const createdAt = new Date().toISOString();
  const good = Array.from({ length: 9 }, () => randomUUID());
  const attributes = (orderId: string) =>
    Object.fromEntries(
      Object.entries({ door: "http", orderId, createdAt: String(Date.parse(createdAt)) }).map(
        ([name, StringValue]) => [name, { DataType: "String", StringValue }],
      ),
    );
  const Entries = [
    ...good.map((orderId, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ amount: 1, currency: "EUR" }),
      MessageAttributes: attributes(orderId),
    })),
    { Id: "poison", MessageBody: JSON.stringify({ orderId: unknown, createdAt }) },
  ];
  const QueueUrl = stack.output("ordersQueueUrl");
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  for (const orderId of good) await shop.until(orderId, "COMPLETED");

  const dead = stack.output("ordersDlqUrl");
  await stack.until("the poison in the dead-letter queue", () =>
    waitingIn(stack, "orders") === 1 ? true : undefined,
  );
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: dead,
      MessageAttributeNames: ["All"],
      VisibilityTimeout: 0,
    }),
  );
  assert.equal(
    Messages.map(({ Body, MessageAttributes }) => [
      Body,
      MessageAttributes?.["reason"]?.StringValue,
    ]),
    [
      [
        JSON.stringify({ orderId: unknown, createdAt }),
        "unknown_order: there is no order with this id",
      ],
    ],
  );

  // The fix: somebody restores the order that was missing.
  const origin = { orderId: unknown, createdAt, door: "http", correlationId: unknown } as const;
  const { order } = newOrder({ amount: 1, currency: "EUR" }, origin);
  assert.ok(order);
  const Item = orderItem(order, 1);
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient(stack.aws));
  await tables.send(new PutCommand({ TableName: stack.output("ordersTableName"), Item }));
  await redrive(stack, "orders");
  await shop.until(unknown, "COMPLETED");
  assert.is(waitingIn(stack, "orders"), 0);
  assert.equal(await shop.ledger(unknown), { charge: "CAPTURED" });
});

test.run();
