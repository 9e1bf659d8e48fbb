import { suite } from "uvu";
import * as assert from "uvu/assert";
import { emitSqsMetrics } from "../../src/services/sqs/metrics.ts";
import { DEFAULT_SETTINGS, type QueueSettings } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { MetricTape, unseenMetrics } from "../support/metric-tape.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("metrics of queues");
const DEAD = "arn:aws:sqs:eu-central-1:000000000000:dead";
const HOUR_MS = 3_600_000;

interface Received {
  Messages?: { ReceiptHandle: string }[];
}

function queues(settings: Partial<QueueSettings> = {}) {
  const { kernel, clock } = testKernel();
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:1" });
  kernel.dispatcher.register(sqs);
  const tape = new MetricTape();
  const stop = emitSqsMetrics({ clock, sqs, metrics: tape });
  sqs.createQueue("dead", DEFAULT_SETTINGS);
  sqs.createQueue("q", { ...DEFAULT_SETTINGS, visibilityTimeoutSeconds: 30, ...settings });
  const call = <Output = unknown>(operation: string, input: object = {}, queue = "q") =>
    kernel.dispatcher.call<Output>(
      "sqs",
      operation,
      { QueueUrl: `http://127.0.0.1/000000000000/${queue}`, ...input },
      { kind: "administrator" },
    );
  const send = (MessageBody: string, input: object = {}) =>
    call("SendMessage", { MessageBody, ...input });
  const receive = async (input: object = {}) =>
    (await call<Received>("ReceiveMessage", input)).Messages ?? [];
  /** The last value of a gauge. */
  const level = (name: string, queue = "q") => tape.of(name)[`QueueName=${queue}`]?.at(-1);
  return { sqs, clock, tape, stop, call, send, receive, level };
}

test("sent, received and deleted messages count one by one, with their sizes", async () => {
  const { tape, call, send, receive } = queues();
  await send("hello", { MessageAttributes: { a: { DataType: "String", StringValue: "xy" } } });
  const Entries = [1, 2].map((n) => ({ Id: String(n), MessageBody: `body ${n}` }));
  await call("SendMessageBatch", { Entries });
  assert.equal(tape.of("NumberOfMessagesSent"), { "QueueName=q": [1, 1, 1] });
  assert.equal(tape.of("SentMessageSize"), { "QueueName=q": [5 + 1 + 6 + 2, 6, 6] });

  const messages = await receive({ MaxNumberOfMessages: 10 });
  assert.equal(tape.of("NumberOfMessagesReceived"), { "QueueName=q": [3] });
  const [first] = messages;
  await call("DeleteMessage", { ReceiptHandle: first?.ReceiptHandle });
  assert.equal(tape.of("NumberOfMessagesDeleted"), { "QueueName=q": [1] });
});

test("a message that is deleted twice by one receipt counts twice, as on AWS", async () => {
  const { tape, call, send, receive } = queues();
  await send("m");
  const [{ ReceiptHandle } = { ReceiptHandle: "" }] = await receive();
  await call("DeleteMessage", { ReceiptHandle });
  await call("DeleteMessage", { ReceiptHandle });
  assert.equal(tape.of("NumberOfMessagesDeleted"), { "QueueName=q": [1, 1] });
});

test("a receive without messages is an empty one, a long one only when it ends", async () => {
  const { tape, clock, receive, send } = queues();
  await receive();
  const long = receive({ WaitTimeSeconds: 10 });
  const served = receive({ WaitTimeSeconds: 20 });
  await clock.advance(9_999);
  assert.equal(tape.of("NumberOfEmptyReceives"), { "QueueName=q": [1] });
  await clock.advance(1);
  await long;
  await send("late");
  await served;
  assert.equal(tape.of("NumberOfEmptyReceives"), { "QueueName=q": [1, 1] });
  assert.equal(tape.of("NumberOfMessagesReceived"), { "QueueName=q": [1] });
});

test("each minute tells how many messages are where, and the age of the oldest", async () => {
  const { clock, send, receive, level } = queues({ visibilityTimeoutSeconds: 120 });
  await send("a");
  await clock.advance(10_000);
  await send("b");
  await send("c");
  await send("later", { DelaySeconds: 900 });
  await receive();
  await clock.advance(49_999);
  assert.is(level("ApproximateNumberOfMessagesVisible"), undefined);
  await clock.advance(1);
  assert.is(level("ApproximateNumberOfMessagesVisible"), 2);
  assert.is(level("ApproximateNumberOfMessagesNotVisible"), 1);
  assert.is(level("ApproximateNumberOfMessagesDelayed"), 1);
  assert.is(level("ApproximateAgeOfOldestMessage"), 60);
});

test("a minute in which an active queue was not used has zeros; after six empty hours it has nothing", async () => {
  const { tape, clock, send, receive, call } = queues();
  await send("a");
  await clock.advance(60_000);
  assert.equal(tape.of("NumberOfMessagesSent"), { "QueueName=q": [1] });
  assert.equal(tape.of("NumberOfMessagesDeleted"), { "QueueName=q": [0] });
  const [{ ReceiptHandle } = { ReceiptHandle: "" }] = await receive();
  await call("DeleteMessage", { ReceiptHandle });
  await clock.advance(60_000);
  assert.equal(tape.of("NumberOfMessagesSent"), { "QueueName=q": [1, 0] });
  assert.equal(tape.of("NumberOfMessagesDeleted"), { "QueueName=q": [0, 1] });

  await clock.advance(6 * HOUR_MS - 60_000);
  tape.clear();
  await clock.advance(HOUR_MS);
  assert.equal(tape.of("ApproximateNumberOfMessagesVisible"), {});
});

test("a queue with messages stays active", async () => {
  const { tape, clock, send } = queues();
  await send("a");
  await clock.advance(8 * HOUR_MS);
  tape.clear();
  await clock.advance(60_000);
  assert.equal(tape.of("ApproximateAgeOfOldestMessage"), { "QueueName=q": [8 * 3600 + 60] });
});

test("a move by the redrive policy is no sending, and begins the age anew", async () => {
  const redrive = { deadLetterArn: DEAD, maxReceiveCount: 4 };
  const { tape, clock, send, receive, level } = queues({ redrive, visibilityTimeoutSeconds: 60 });
  await send("poison");
  for (let n = 0; n < 3; n++) {
    await receive();
    await clock.advance(60_000);
  }
  assert.is(level("ApproximateAgeOfOldestMessage"), 0, "received three times, it is passed over");
  await receive();
  await clock.advance(60_000);
  assert.equal(await receive(), []);
  tape.clear();
  await clock.advance(60_000);
  assert.is(level("ApproximateNumberOfMessagesVisible", "dead"), 1);
  assert.is(level("ApproximateNumberOfMessagesVisible"), 0);
  assert.is(level("ApproximateAgeOfOldestMessage", "dead"), 60);
  assert.equal(tape.of("NumberOfMessagesSent"), { "QueueName=dead": [0], "QueueName=q": [0] });
});

test("nothing is reported after it is stopped", async () => {
  const { tape, clock, stop, send } = queues();
  stop();
  await send("a");
  await clock.advance(120_000);
  assert.equal(tape.of("NumberOfMessagesSent"), {});
  assert.equal(tape.of("ApproximateNumberOfMessagesVisible"), {});
});

test("every metric of queues that the table names has been seen", () => {
  assert.equal(unseenMetrics("AWS/SQS"), []);
});

test.run();
