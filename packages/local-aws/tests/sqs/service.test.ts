import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { DEFAULT_SETTINGS, type QueueSettings } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import type { Store } from "../../src/store/store.ts";
import { dataFolders } from "../support/data-folder.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("SQS");
const URL = "http://127.0.0.1:4566/000000000000";
const arn = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;

interface Received {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: object;
}

function queues(settings: Partial<QueueSettings> = {}, start: { store?: Store; at?: number } = {}) {
  const { kernel, clock } = testKernel(start);
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:4566" });
  kernel.dispatcher.register(sqs);
  const redrive = { deadLetterArn: arn("dead"), maxReceiveCount: 2 };
  sqs.createQueue("dead", DEFAULT_SETTINGS);
  sqs.createQueue("q", { ...DEFAULT_SETTINGS, redrive, ...settings });
  const call = <T = Record<string, never>>(operation: string, input: object = {}) =>
    kernel.dispatcher.call<T>(
      "sqs",
      operation,
      { QueueUrl: `${URL}/q`, ...input },
      { kind: "administrator" },
    );
  const send = (MessageBody: string, input: object = {}) =>
    call("SendMessage", { MessageBody, ...input });
  const receive = async (input: object = {}) =>
    (await call<{ Messages?: Received[] }>("ReceiveMessage", input)).Messages ?? [];
  const bodies = async (input: object = {}) => (await receive(input)).map(({ Body }) => Body);
  return { sqs, kernel, clock, call, send, receive, bodies };
}

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

// Recorded on AWS: localstack/localstack, test_receive_terminate_visibility_timeout.
test("a message that is received for no time at all is there for the very next receive", async () => {
  const { send, bodies, clock } = queues({ redrive: undefined });
  await send("a");
  // No time passes, and no timer runs.
  for (let count = 0; count < 3; count++) {
    assert.equal(await bodies({ VisibilityTimeout: 0, MaxNumberOfMessages: 10 }), ["a"]);
  }
  assert.equal(await bodies({ VisibilityTimeout: 5 }), ["a"]);
  assert.equal(await bodies(), []);
  await clock.advance(5_000);
  assert.equal(await bodies(), ["a"]);
});

test("a message that is received is invisible until its time is over, then counted as visible at once", async () => {
  const { send, bodies, clock, sqs } = queues();
  await send("a");
  assert.equal(await bodies(), ["a"]);
  assert.equal(await bodies(), []);
  assert.equal([sqs.stats("q")?.visible, sqs.stats("q")?.notVisible], [0, 1]);
  await clock.advance(30_000);
  assert.equal([sqs.stats("q")?.visible, sqs.stats("q")?.notVisible], [1, 0]);
  assert.equal(await bodies(), ["a"]);
});

test("a message that is deleted does not come back", async () => {
  const { send, receive, bodies, call, clock } = queues();
  await send("a");
  const [message] = await receive();
  await call("DeleteMessage", { ReceiptHandle: message?.ReceiptHandle });
  await clock.advance(60_000);
  assert.equal(await bodies(), []);
});

test("a message that is received too often goes to the dead letters, with its id, age and origin", async () => {
  const { send, receive, clock, sqs } = queues();
  await send("a");
  const sentAt = String(clock.now());
  const [first] = await receive();
  for (let n = 0; n < 2; n++) {
    await clock.advance(30_000);
    await receive();
  }
  assert.is(sqs.stats("q")?.visible, 0);
  const [dead] = await receive({ QueueUrl: `${URL}/dead`, AttributeNames: ["All"] });
  assert.is(dead?.MessageId, first?.MessageId);
  assert.is(dead?.Attributes?.["SentTimestamp"], sentAt);
  assert.is(dead?.Attributes?.["DeadLetterQueueSourceArn"], arn("q"));
  assert.is(dead?.Attributes?.["ApproximateReceiveCount"], "3");
});

test("receivers that wait are served in the order they came, and the others wait on", async () => {
  const { send, bodies, clock } = queues();
  const first = bodies({ WaitTimeSeconds: 10 });
  const second = bodies({ WaitTimeSeconds: 10 });
  await send("a");
  assert.equal(await first, ["a"]);
  await clock.advance(5_000);
  await send("b");
  assert.equal(await second, ["b"]);
});

test("a receiver that waits in vain is answered with nothing", async () => {
  const { bodies, clock } = queues();
  const waiting = bodies({ WaitTimeSeconds: 10 });
  await clock.advance(10_000);
  assert.equal(await waiting, []);
});

test("a delayed message comes when its time has come", async () => {
  const { send, bodies, clock, sqs } = queues();
  await send("a", { DelaySeconds: 5 });
  assert.equal(await bodies(), []);
  assert.is(sqs.stats("q")?.delayed, 1);
  await clock.advance(5_000);
  assert.equal(await bodies(), ["a"]);
});

test("visibility can be prolonged, and given up", async () => {
  const { send, receive, bodies, call, clock } = queues();
  await send("a");
  const [message] = await receive();
  const change = (VisibilityTimeout: number) =>
    call("ChangeMessageVisibility", { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout });
  await change(60);
  await clock.advance(59_000);
  assert.equal(await bodies(), []);
  await change(0);
  assert.equal(await bodies(), ["a"]);
  await call("DeleteMessage", { ReceiptHandle: message?.ReceiptHandle });
  await call("PurgeQueue");
  assert.is((await failure(change(10))).code, "InvalidParameterValue");
});

test("messages older than the retention are gone", async () => {
  const { send, bodies, clock } = queues({ retentionSeconds: 60 });
  await send("a");
  await clock.advance(60_000);
  assert.equal(await bodies(), []);
});

test("a receiver gets only the attributes that it asks for", async () => {
  const { send, receive, call, clock } = queues();
  const attribute = { DataType: "String", StringValue: "x" };
  await send("a", { MessageAttributes: { one: attribute, two: attribute } });
  const [bare] = await receive({ VisibilityTimeout: 0 });
  await clock.advance(0);
  assert.is(bare?.Attributes, undefined);
  assert.is(bare?.MessageAttributes, undefined);
  const [full] = await receive({ AttributeNames: ["SenderId"], MessageAttributeNames: ["one"] });
  assert.equal(Object.keys(full?.Attributes ?? {}), ["SenderId"]);
  assert.equal(full?.MessageAttributes, { one: attribute });
  await call("DeleteMessage", { ReceiptHandle: full?.ReceiptHandle });
});

test("a batch reports each entry for itself", async () => {
  const { call, bodies } = queues();
  const answer = await call<{
    Successful: { Id: string }[];
    Failed: { Id: string; Code: string }[];
  }>("SendMessageBatch", {
    Entries: [
      { Id: "1", MessageBody: "a" },
      { Id: "2", MessageBody: "" },
      { Id: "3", MessageBody: "c" },
    ],
  });
  assert.equal(
    answer.Successful.map(({ Id }) => Id),
    ["1", "3"],
  );
  assert.equal(
    answer.Failed.map(({ Id, Code }) => [Id, Code]),
    [["2", "MissingParameter"]],
  );
  assert.equal(await bodies({ MaxNumberOfMessages: 10 }), ["a", "c"]);
});

test("dead letters are moved back to where they came from, as new messages", async () => {
  const { send, receive, call, clock, sqs } = queues();
  await send("a");
  for (let n = 0; n < 3; n++) {
    await receive();
    await clock.advance(30_000);
  }
  assert.is(sqs.stats("dead")?.visible, 1);
  await call("StartMessageMoveTask", { SourceArn: arn("dead") });
  const [message] = await receive({ AttributeNames: ["ApproximateReceiveCount"] });
  assert.is(message?.Body, "a");
  assert.is(message?.Attributes?.["ApproximateReceiveCount"], "1");
  const { Results } = await call<{ Results: object[] }>("ListMessageMoveTasks", {
    SourceArn: arn("dead"),
  });
  assert.equal(Results, [
    {
      Status: "COMPLETED",
      SourceArn: arn("dead"),
      ApproximateNumberOfMessagesMoved: 1,
      ApproximateNumberOfMessagesToMove: 1,
      StartedTimestamp: clock.now(),
    },
  ]);
  assert.is(
    (await failure(call("StartMessageMoveTask", { SourceArn: arn("q") }))).code,
    "InvalidParameterValue",
  );
});

test("a queue is purged once a minute", async () => {
  const { send, bodies, call, clock } = queues();
  await send("a");
  await call("PurgeQueue");
  assert.equal(await bodies(), []);
  assert.is((await failure(call("PurgeQueue"))).code, "PurgeQueueInProgress");
  await clock.advance(60_000);
  await call("PurgeQueue");
});

for (const [why, operation, input, code] of [
  [
    "an unknown queue",
    "SendMessage",
    { QueueUrl: `${URL}/none`, MessageBody: "x" },
    "QueueDoesNotExist",
  ],
  ["a receipt of nowhere", "DeleteMessage", { ReceiptHandle: "bogus" }, "ReceiptHandleIsInvalid"],
  ["11 messages at once", "ReceiveMessage", { MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
  [
    "a delay of 901 s",
    "SendMessage",
    { MessageBody: "x", DelaySeconds: 901 },
    "InvalidParameterValue",
  ],
  ["a control character", "SendMessage", { MessageBody: "\u0000" }, "InvalidMessageContents"],
  [
    "a message that is too large",
    "SendMessage",
    { MessageBody: "x".repeat(1_048_577) },
    "InvalidParameterValue",
  ],
  ["an empty batch", "DeleteMessageBatch", { Entries: [] }, "EmptyBatchRequest"],
  [
    "one batch id twice",
    "SendMessageBatch",
    {
      Entries: [
        { Id: "1", MessageBody: "a" },
        { Id: "1", MessageBody: "b" },
      ],
    },
    "BatchEntryIdsNotDistinct",
  ],
  [
    "a dead-letter queue that is not there",
    "SetQueueAttributes",
    {
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("none"), maxReceiveCount: 1 }),
      },
    },
    "InvalidParameterValue",
  ],
  ["a FIFO queue", "CreateQueue", { QueueName: "q.fifo" }, "InvalidParameterValue"],
] as const) {
  test(`refuses ${why}`, async () => {
    const { call } = queues();
    assert.is((await failure(call(operation, input))).code, code);
  });
}

test("messages outlive a process that is killed: their places, their counts and their receipts", async () => {
  const data = dataFolders();
  const before = queues({}, { store: data.store });
  await before.send("held");
  const [held] = await before.receive();
  await before.send("deleted");
  const [deleted] = await before.receive();
  await before.call("DeleteMessage", { ReceiptHandle: deleted?.ReceiptHandle });
  await before.send("delayed", { DelaySeconds: 60 });
  await before.send("visible");
  await before.clock.advance(10_000);

  const after = queues({}, { store: await data.killAndOpen(), at: before.clock.now() });
  assert.equal(await after.bodies({ MaxNumberOfMessages: 10 }), ["visible"]);
  await after.clock.advance(20_000);
  const [again] = await after.receive({ AttributeNames: ["All"] });
  assert.equal([again?.Body, again?.Attributes?.["ApproximateReceiveCount"]], ["held", "2"]);
  assert.is(again?.MessageId, held?.MessageId);
  await after.clock.advance(30_000);
  assert.equal((await after.bodies({ MaxNumberOfMessages: 10 })).sort(), ["delayed", "visible"]);
  data.remove();
});

test("a receipt of an earlier process deletes, and what a mapping held is visible at once and counts no receive", async () => {
  const data = dataFolders();
  const before = queues({}, { store: data.store });
  await before.send("yours");
  const [yours] = await before.receive();
  await before.send("a mapping's");
  await before.kernel.dispatcher.call(
    "sqs",
    "ReceiveMessage",
    { QueueUrl: `${URL}/q` },
    { kind: "administrator" },
    undefined,
    { background: true },
  );

  const after = queues({}, { store: await data.killAndOpen(), at: before.clock.now() });
  await after.call("DeleteMessage", { ReceiptHandle: yours?.ReceiptHandle });
  const [message] = await after.receive({ AttributeNames: ["All"] });
  assert.equal(
    [message?.Body, message?.Attributes?.["ApproximateReceiveCount"]],
    ["a mapping's", "1"],
  );
  await after.clock.advance(60_000);
  assert.equal([after.sqs.stats("q")?.visible, after.sqs.stats("q")?.notVisible], [1, 0]);
  data.remove();
});

test("a queue that a caller made outlives a process, until somebody deletes it", async () => {
  const data = dataFolders();
  const before = queues({}, { store: data.store });
  await before.call("CreateQueue", { QueueName: "made", Attributes: { DelaySeconds: "7" } });
  await before.call("CreateQueue", { QueueName: "gone" });
  await before.call("DeleteQueue", { QueueUrl: `${URL}/gone` });
  const after = queues({}, { store: await data.killAndOpen() });
  assert.equal(
    after.sqs.queues.map(({ name, settings }) => [name, settings.delaySeconds]),
    [
      ["made", 7],
      ["dead", 0],
      ["q", 0],
    ],
  );
  data.remove();
});

test("a move of dead letters goes on after a kill, and is listed with what it had moved before", async () => {
  const data = dataFolders();
  const before = queues({}, { store: data.store });
  for (let n = 0; n < 5; n++) await before.send(`letter ${n}`, { QueueUrl: `${URL}/dead` });
  await before.call("StartMessageMoveTask", {
    SourceArn: arn("dead"),
    DestinationArn: arn("q"),
    MaxNumberOfMessagesPerSecond: 2,
  });
  const tasks = async ({ call }: typeof before) => {
    const input = { SourceArn: arn("dead"), MaxResults: 10 };
    const { Results } = await call<{ Results: Record<string, unknown>[] }>(
      "ListMessageMoveTasks",
      input,
    );
    return Results.map((one) => `${one["Status"]} ${one["ApproximateNumberOfMessagesMoved"]} of 5`);
  };
  assert.equal(await tasks(before), ["RUNNING 2 of 5"]);

  const at = before.clock.now();
  const after = queues({}, { store: await data.killAndOpen(), at });
  after.sqs.resume();
  assert.equal(await tasks(after), ["RUNNING 2 of 5"]);
  assert.is(
    (await failure(after.call("StartMessageMoveTask", { SourceArn: arn("dead") }))).code,
    "InvalidParameterValue",
  );
  await after.clock.advance(1_000);
  assert.equal(await tasks(after), ["RUNNING 4 of 5"]);
  await after.clock.advance(1_000);
  assert.equal(await tasks(after), ["COMPLETED 5 of 5"]);
  assert.equal((await after.bodies({ MaxNumberOfMessages: 10 })).length, 5);

  const last = queues({}, { store: await data.killAndOpen(), at: after.clock.now() });
  last.sqs.resume();
  assert.equal(await tasks(last), ["COMPLETED 5 of 5"]);
  assert.is(last.sqs.stats("dead")?.visible, 0);
  data.remove();
});

test.run();
