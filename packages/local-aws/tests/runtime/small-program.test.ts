import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Runtime, startRuntime } from "local-aws";
import { VirtualClock } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("a program that is no shop");
const clock = new VirtualClock();
let runtime: Runtime;

test.before(async () => {
  const root = join(import.meta.dirname, "..", "fixtures", "word-counter");
  runtime = await startRuntime({ root, apiPort: 0, awsPort: 0, kernel: { clock } });
});
test.after(() => runtime?.stop());

test("is evaluated with its settings, and every resource has what AWS would compute", () => {
  const { program, outputs, notes } = runtime;
  assert.is(program.project, "word-counter");
  assert.equal(
    program.resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(),
    [
      "EventSourceMapping texts",
      "Function counter",
      "Queue texts",
      "Role counter",
      "RolePolicy counter",
      "Table counts",
      "Topic counted",
      "TopicSubscription mail",
    ],
  );
  assert.match(
    String(outputs["queueUrl"]),
    /^http:\/\/127\.0\.0\.1:\d+\/000000000000\/texts-[0-9a-f]{7}$/,
  );
  assert.equal(notes, []);
});

test("works: a message makes the function write an item and publish to a topic", async () => {
  const { awsEndpoint: endpoint, outputs, mailbox } = runtime;
  const client = {
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const sqs = new SQSClient(client);
  const dynamodb = new DynamoDBClient(client);
  const QueueUrl = String(outputs["queueUrl"]);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one small message" }));
  await clock.advance(1_000);
  const { Items } = await dynamodb.send(
    new ScanCommand({ TableName: String(outputs["tableName"]) }),
  );
  assert.equal(Items, [{ text: { S: "one small message" }, words: { N: "2" } }]);
  assert.equal(
    mailbox.letters.map(({ kind, to, body }) => [kind, to, body]),
    [["email", "writer@example.com", "2"]],
  );
  sqs.destroy();
  dynamodb.destroy();
});

test.run();
