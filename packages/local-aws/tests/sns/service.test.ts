import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { onFailure } from "../../src/kernel/unattended.ts";
import { Sns } from "../../src/services/sns/service.ts";
import type { SubscriptionSettings } from "../../src/services/sns/subscription.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("SNS");
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:t";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:q";
const DEAD = "arn:aws:sqs:eu-central-1:000000000000:dead";

function topicWith(...subscribers: (Partial<SubscriptionSettings> & { protocol: string })[]) {
  const { kernel, notable, clock } = testKernel();
  const mailbox = new Mailbox();
  const sns = new Sns(kernel, mailbox);
  const refuse = ({ QueueUrl }: Record<string, unknown>) => {
    if (String(QueueUrl).endsWith("/refused")) throw new ServiceError("AccessDenied", "no", 403);
    if (String(QueueUrl).endsWith("/broken")) throw new TypeError("a bug");
    return {};
  };
  const sqs = new ScriptedService("sqs", { SendMessage: { run: refuse } });
  const lambda = new ScriptedService("lambda", { Invoke: {} });
  kernel.dispatcher.register(sns, sqs, lambda);
  sns.createTopic(TOPIC);
  for (const [n, settings] of subscribers.entries()) {
    sns.subscribe(TOPIC, `${TOPIC}:${n}`, {
      endpoint: QUEUE,
      rawDelivery: false,
      filterScope: "MessageAttributes",
      ...settings,
    });
  }
  const publish = async (input: object) => {
    const answer = await kernel.dispatcher.call<{ MessageId: string }>(
      "sns",
      "Publish",
      { TopicArn: TOPIC, ...input },
      { kind: "administrator" },
    );
    await clock.advance(0);
    return answer;
  };
  const sent = () => sqs.inputsOf("SendMessage");
  return { sns, mailbox, sqs, lambda, publish, sent, notable, clock };
}

const text = (StringValue: string) => ({ DataType: "String", StringValue });

test("a queue gets the whole notification, or with raw delivery the message and its attributes", async () => {
  const { publish, sent, clock } = topicWith(
    { protocol: "sqs" },
    { protocol: "sqs", rawDelivery: true },
  );
  const { MessageId } = await publish({
    Message: "hi",
    Subject: "S",
    MessageAttributes: { a: text("1") },
  });
  const [whole, raw] = sent();
  const {
    Signature: _s,
    SigningCertURL: _c,
    UnsubscribeURL: _u,
    ...body
  } = JSON.parse(String(whole?.["MessageBody"]));
  assert.equal(body, {
    Type: "Notification",
    MessageId,
    TopicArn: TOPIC,
    Subject: "S",
    Message: "hi",
    Timestamp: new Date(clock.now()).toISOString(),
    SignatureVersion: "1",
    MessageAttributes: { a: { Type: "String", Value: "1" } },
  });
  assert.is(raw?.["MessageBody"], "hi");
  assert.equal(raw?.["MessageAttributes"], { a: text("1") });
});

test("a function gets one record, in the names that Lambda has for it, and is not waited for", async () => {
  const { publish, lambda } = topicWith({
    protocol: "lambda",
    endpoint: "arn:aws:lambda:eu-central-1:000000000000:function:fn",
  });
  await publish({ Message: "hi" });
  const [input] = lambda.inputsOf("Invoke");
  assert.is(input?.["InvocationType"], "Event");
  const [record] = JSON.parse(String(input?.["Payload"])).Records;
  assert.is(record.EventSource, "aws:sns");
  assert.is(record.Sns.Subject, null);
  assert.equal(record.Sns.MessageAttributes, {});
  assert.ok("UnsubscribeUrl" in record.Sns);
});

test("e-mail lands in the mailbox", async () => {
  const { publish, mailbox, clock } = topicWith({ protocol: "email", endpoint: "a@example.com" });
  await publish({ Message: "hi", Subject: "S" });
  assert.equal(mailbox.letters, [
    {
      kind: "email",
      to: "a@example.com",
      subject: "S",
      body: "hi",
      topic: TOPIC,
      time: new Date(clock.now()).toISOString(),
    },
  ]);
});

for (const [policy, attributes, passes] of [
  [{ kind: ["a", "b"] }, { kind: text("b") }, true],
  [{ kind: ["a"] }, { kind: text("b") }, false],
  [{ kind: ["a"] }, {}, false],
  [{ kind: [{ exists: false }] }, {}, true],
  [{ kind: [{ prefix: "ord" }] }, { kind: text("order") }, true],
  [{ kind: [{ "anything-but": ["a"] }] }, { kind: text("b") }, true],
  [{ n: [{ numeric: [">", 5] }] }, { n: { DataType: "Number", StringValue: "6" } }, true],
  [{ n: [{ numeric: [">", 5] }] }, { n: text("6") }, false],
  [{ tags: ["x"] }, { tags: { DataType: "String.Array", StringValue: '["y","x"]' } }, true],
] as const) {
  test(`the filter ${JSON.stringify(policy)} ${passes ? "passes" : "keeps back"} ${JSON.stringify(attributes)}`, async () => {
    const { publish, sent } = topicWith({ protocol: "sqs", filterPolicy: JSON.stringify(policy) });
    await publish({ Message: "hi", MessageAttributes: attributes });
    assert.is(sent().length, passes ? 1 : 0);
  });
}

test("a filter on the body looks into its JSON", async () => {
  const filterPolicy = JSON.stringify({ order: { status: ["PAID"] } });
  const { publish, sent } = topicWith({
    protocol: "sqs",
    filterPolicy,
    filterScope: "MessageBody",
  });
  await publish({ Message: '{"order":{"status":"PAID"}}' });
  await publish({ Message: '{"order":{"status":"OPEN"}}' });
  await publish({ Message: "no JSON" });
  assert.is(sent().length, 1);
});

test("each protocol gets its own message where the publisher sent one", async () => {
  const { publish, sent, mailbox } = topicWith(
    { protocol: "sqs", rawDelivery: true },
    { protocol: "email", endpoint: "a@example.com" },
  );
  await publish({ Message: '{"default":"d","sqs":"for queues"}', MessageStructure: "json" });
  assert.is(sent()[0]?.["MessageBody"], "for queues");
  assert.is(mailbox.letters[0]?.body, "d");
});

test("a busy queue is tried again, so that neither a notification nor a dead letter is lost", async () => {
  const { kernel, clock, notable } = testKernel();
  const sns = new Sns(kernel, new Mailbox());
  const busy = new Map([
    ["q", [500, 429, 503, 500, 500, 500]],
    ["gone", [404]],
    ["dead", [500, 429]],
  ]);
  const taken: string[] = [];
  const run = ({ QueueUrl }: Record<string, unknown>) => {
    const queue = String(QueueUrl).split("/").pop() ?? "";
    const status = busy.get(queue)?.shift();
    if (status) throw new ServiceError("Failure", "not now", status);
    taken.push(`${queue} after ${clock.now() - began} ms`);
    return {};
  };
  kernel.dispatcher.register(sns, new ScriptedService("sqs", { SendMessage: { run } }));
  sns.createTopic(TOPIC);
  for (const name of ["q", "gone"]) {
    const endpoint = QUEUE.replace(/q$/, name);
    const settings = { protocol: "sqs", rawDelivery: false, deadLetterArn: DEAD } as const;
    const filterScope = "MessageAttributes";
    sns.subscribe(TOPIC, `${TOPIC}:${name}`, { ...settings, endpoint, filterScope });
  }
  const began = clock.now();
  const message = { TopicArn: TOPIC, Message: "hi" };
  await kernel.dispatcher.call("sns", "Publish", message, { kind: "administrator" });
  await clock.advance(10_000);
  // Three attempts without a wait, two a second apart, then ever longer; what is not there is given up at once.
  assert.equal(taken, ["dead after 3000 ms", "q after 3000 ms"]);
  assert.equal(notable(), ["sns:deliver failed"]);
});

test("what a queue refuses goes to the dead letters, or is dropped aloud", async () => {
  const endpoint = QUEUE.replace(/q$/, "refused");
  const { publish, sent, notable } = topicWith(
    { protocol: "sqs", endpoint, deadLetterArn: DEAD },
    { protocol: "sqs", endpoint },
  );
  await publish({ Message: "hi" });
  const dead = sent().filter(({ QueueUrl }) => String(QueueUrl).endsWith("/dead"));
  assert.is(dead.length, 1);
  assert.is(JSON.parse(String(dead[0]?.["MessageBody"])).Message, "hi");
  assert.is(dead[0]?.["MessageAttributes"], undefined);
  assert.equal(notable(), ["sns:deliver failed", "sns:deliver failed"]);
});

for (const [why, input] of [
  ["an empty message", { Message: "" }],
  ["a subject with a line break", { Message: "x", Subject: "a\nb" }],
  ["a subject of 101 characters", { Message: "x", Subject: "x".repeat(101) }],
  ["257 KiB", { Message: "x".repeat(257 * 1024) }],
  ["JSON without a default", { Message: "{}", MessageStructure: "json" }],
] as const) {
  test(`refuses ${why}`, async () => {
    const { publish } = topicWith();
    try {
      await publish(input);
      assert.unreachable();
    } catch (error) {
      assert.is((error as ServiceError).code, "InvalidParameter");
    }
  });
}

test("a subscription by HTTP is refused by name", () => {
  assert.throws(() => topicWith({ protocol: "https" }), /protocol https is not supported/);
});

for (const [what, attribute, why] of [
  ["no type", { StringValue: "x" }, ""],
  [
    "an empty type",
    { DataType: "", StringValue: "x" },
    "must contain non-empty message attribute type.",
  ],
  ["a type that is no text", { DataType: 5, StringValue: "x" }, ""],
  [
    "an unknown type",
    { DataType: "Date", StringValue: "x" },
    "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    "no value",
    { DataType: "String" },
    "must contain non-empty message attribute value for message attribute type 'String'.",
  ],
  [
    "the other kind of value",
    { DataType: "Binary", StringValue: "x" },
    "with type 'Binary' must use field 'Binary'.",
  ],
  ["a value that is no text", { DataType: "String", StringValue: { a: 1 } }, ""],
  [
    "a number that is none",
    { DataType: "Number", StringValue: "x" },
    "with type 'Number' must use a valid number.",
  ],
  ["null", null, ""],
] as const) {
  test(`an attribute with ${what} is refused, whoever subscribes, and the next message goes out`, async () => {
    const { publish, sent } = topicWith(
      { protocol: "sqs", rawDelivery: true },
      { protocol: "sqs", filterPolicy: '{"a":["x"]}' },
    );
    try {
      await publish({ Message: "hi", MessageAttributes: { a: attribute } });
      // AWS leaves out members that are null.
      assert.is(attribute, null);
    } catch (error) {
      assert.instance(error, ServiceError);
      assert.is((error as ServiceError).status, 400);
      if (why) assert.is((error as ServiceError).message, `The message attribute 'a' ${why}`);
    }
    const before = sent().length;
    await publish({ Message: "next", MessageAttributes: { a: text("x") } });
    assert.is(sent().length - before, 2);
  });
}

test("a delivery that fails in the runtime itself goes to the dead letters, and is reported", async () => {
  const failures: string[] = [];
  const stop = onFailure((name) => failures.push(name));
  const endpoint = "arn:aws:sqs:eu-central-1:000000000000:broken";
  const { publish, sent } = topicWith({ protocol: "sqs", endpoint, deadLetterArn: DEAD });
  await publish({ Message: "hi" });
  stop();
  assert.equal(failures, [`delivery to ${TOPIC}:0`]);
  assert.equal(
    sent().map(({ QueueUrl }) => String(QueueUrl).split("/").at(-1)),
    ["broken", "dead"],
  );
});

test.run();
