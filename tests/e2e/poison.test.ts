import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../local/clock.ts";
import { call } from "./support/api.ts";
import { eventually, startStack, type TestStack } from "./support/stack.ts";

const test = suite("a stream record that nothing can be done with");
const clock = new VirtualClock(Date.now());
let stack: TestStack;

test.before(async () => {
  stack = await startStack({ kernel: { clock } });
});
test.after(() => stack?.stop());

test("is put aside with its reason, and its neighbours go through", async () => {
  const TableName = stack.output("customersTableName");
  const dynamo = new DynamoDBClient(stack.aws);
  // Written past the API: the quote ends the text in the event's JSON too early.
  const poison = { id: { S: 'bad"id' }, createdAt: { S: "2026-01-01T00:00:00Z" } };
  await dynamo.send(new PutItemCommand({ TableName, Item: poison }));
  const headers = { "x-api-key": stack.output("customersApiKey") };
  const url = `${stack.output("customersApiUrl")}/customers/good`;
  assert.is((await call("PUT", url, { headers })).status, 201);

  const queue = stack.program.resources.find(({ name }) => name === "customers-created-dlq");
  const sqs = new SQSClient(stack.aws);
  const message = await eventually(
    "the dead letter",
    async () => {
      await clock.advance(10 * 60_000);
      const QueueUrl = String(queue?.outputs["url"]);
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages?.[0];
    },
    20_000,
  );
  const letter = JSON.parse(message.Body ?? "{}");
  assert.match(JSON.stringify(letter), /DDBStreamBatchInfo/);

  const registered = await eventually("the neighbour's registration", async () => {
    await clock.advance(1_000);
    const { json } = await call("GET", url, { headers });
    return json["registeredAt"];
  });
  assert.type(registered, "string");
});

test.run();
