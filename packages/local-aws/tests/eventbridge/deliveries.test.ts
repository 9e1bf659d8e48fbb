import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import {
  bridge,
  DLQ,
  ENTRY,
  failing,
  MACHINE,
  PATTERN,
  QUEUE,
  RULE_ARN,
} from "../support/event-bridge.ts";
import { ROLE } from "../support/test-kernel.ts";

const test = suite("deliveries of EventBridge");

test("throttling is retried with growing waits until it works", async () => {
  const throttle = new ServiceError("ThrottlingException", "slow down");
  const states = new ScriptedService("states", {
    StartExecution: { run: failing(throttle, (count) => count < 4) },
  });
  const { rule, target, put, clock, notable } = bridge({ states });
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE });
  await put(ENTRY);
  await clock.advance(2_999);
  assert.is(states.calls.length, 2);
  await clock.advance(1);
  assert.is(states.calls.length, 3);
  await clock.advance(4_000);
  assert.is(states.calls.length, 4);
  assert.is(new Set(states.inputsOf("StartExecution").map(({ name }) => name)).size, 1);
  assert.equal(notable(), ["events:match note", ...Array(3).fill("events:retry failed")]);
});

test("an execution that an earlier attempt started counts as delivered", async () => {
  const exists = new ServiceError("ExecutionAlreadyExists", "it is there");
  const states = new ScriptedService("states", {
    StartExecution: { run: failing(exists, () => true) },
  });
  const { rule, target, put, clock, notable } = bridge({ states });
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE });
  await put(ENTRY);
  await clock.advance(0);
  assert.equal(notable(), ["events:match note"]);
});

test("what is still throttled after the last retry goes to the dead-letter queue", async () => {
  const fault = new ServiceError("ServiceUnavailable", "down", 503);
  const states = new ScriptedService("states", {
    StartExecution: { run: failing(fault, () => true) },
  });
  const { rule, target, put, clock, sqs } = bridge({ states });
  rule("created", { eventPattern: PATTERN });
  const deadLetterConfig = { arn: DLQ };
  const retryPolicy = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 60 };
  target({ arn: MACHINE, roleArn: ROLE, deadLetterConfig, retryPolicy, input: '{"id":"x"}' });
  await put(ENTRY);
  await clock.advance(60_000);
  assert.is(states.calls.length, 3);
  const [message] = sqs.inputsOf("SendMessage");
  assert.is(message?.["QueueUrl"], "http://127.0.0.1/000000000000/dlq");
  assert.equal(JSON.parse(String(message?.["MessageBody"])).detail, { id: "c-1" });
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  assert.equal(message?.["MessageAttributes"], {
    RULE_ARN: text(RULE_ARN),
    TARGET_ARN: text(MACHINE),
    ERROR_CODE: text("ERROR_FROM_TARGET"),
    ERROR_MESSAGE: text("down"),
    RETRY_ATTEMPTS: text("2"),
    EXHAUSTED_RETRY_CONDITION: text("MaximumRetryAttempts"),
  });
  assert.equal(sqs.calls[0]?.caller, {
    kind: "service",
    principal: "events.amazonaws.com",
    sourceArn: RULE_ARN,
  });
});

test("an event is not retried past its age", async () => {
  const fault = new ServiceError("ServiceUnavailable", "down", 503);
  const states = new ScriptedService("states", {
    StartExecution: { run: failing(fault, () => true) },
  });
  const { rule, target, put, clock, sqs } = bridge({ states });
  rule("created", { eventPattern: PATTERN });
  const retryPolicy = { maximumEventAgeInSeconds: 60 };
  target({ arn: MACHINE, roleArn: ROLE, retryPolicy, deadLetterConfig: { arn: DLQ } });
  await put(ENTRY);
  await clock.advance(86_400_000);
  assert.is(states.calls.length, 6);
  const attributes = sqs.inputsOf("SendMessage")[0]?.["MessageAttributes"];
  const { EXHAUSTED_RETRY_CONDITION: condition } = attributes as Record<string, object>;
  assert.equal(condition, { DataType: "String", StringValue: "MaximumEventAgeInSeconds" });
});

test("the default policy gives up after a day", async () => {
  const fault = new ServiceError("ServiceUnavailable", "down", 503);
  const states = new ScriptedService("states", {
    StartExecution: { run: failing(fault, () => true) },
  });
  const { rule, target, put, clock, notable } = bridge({ states });
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE });
  await put(ENTRY);
  await clock.advance(85_000_000);
  assert.not.ok(notable().includes("events:drop failed"));
  await clock.advance(1_400_000);
  assert.is(notable().at(-1), "events:drop failed");
});

test("denied and missing targets go to the dead-letter queue at once", async () => {
  const missing = new ServiceError("StateMachineDoesNotExist", "no such machine");
  const states = new ScriptedService("states", {
    StartExecution: {
      needs: () => [{ action: "states:StartExecution", resource: MACHINE }],
      run: failing(missing, () => true),
    },
  });
  const { rule, target, put, clock, sqs, deny, notable } = bridge({ states });
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE, deadLetterConfig: { arn: DLQ } });
  deny("states:StartExecution");
  await put(ENTRY);
  await clock.advance(0);
  deny();
  await put(ENTRY);
  await clock.advance(0);
  const codes = sqs.inputsOf("SendMessage").map(({ MessageAttributes }) => {
    const attributes = MessageAttributes as Record<string, { StringValue: string }>;
    assert.is(attributes["EXHAUSTED_RETRY_CONDITION"], undefined);
    return `${attributes["ERROR_CODE"]?.StringValue} ${attributes["RETRY_ATTEMPTS"]?.StringValue}`;
  });
  assert.equal(codes, ["NO_PERMISSIONS 0", "NO_RESOURCE 0"]);
  assert.equal(notable(), [
    "events:match note",
    "states:StartExecution denied",
    "events:dead-letter failed",
    "events:match note",
    "events:dead-letter failed",
  ]);
});

test("the policies of a queue decide for the service principal, and for the dead-letter queue too", async () => {
  const onQueue = ({ QueueUrl }: Record<string, unknown>) => {
    const resource = String(QueueUrl).endsWith("dlq") ? DLQ : QUEUE;
    return [{ action: "sqs:SendMessage", resource }];
  };
  const sqs = new ScriptedService("sqs", { SendMessage: { needs: onQueue } });
  const { kernel, rule, target, put, clock, notable } = bridge({ sqs });
  const allowRule = (arn: string, Resource: string) =>
    kernel.policies.putResourcePolicy(Resource, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource,
          Condition: { ArnEquals: { "aws:SourceArn": arn } },
        },
      ],
    });
  rule("created", { eventPattern: PATTERN });
  target({ arn: QUEUE, deadLetterConfig: { arn: DLQ } });
  const sent = async () => {
    await put(ENTRY);
    await clock.advance(0);
    return sqs.inputsOf("SendMessage").map(({ QueueUrl }) => String(QueueUrl).split("/").at(-1));
  };
  allowRule(`${RULE_ARN}-other`, QUEUE);
  assert.equal(await sent(), []);
  assert.equal(notable(), [
    "events:match note",
    "sqs:SendMessage denied",
    "sqs:SendMessage denied",
    "events:drop failed",
  ]);
  allowRule(RULE_ARN, DLQ);
  assert.equal(await sent(), ["dlq"]);
  allowRule(RULE_ARN, QUEUE);
  assert.equal(await sent(), ["dlq", "queue"]);
});

test("an event that can be neither delivered nor dead-lettered is dropped with a record", async () => {
  const { rule, target, put, clock, hops } = bridge({
    states: new ScriptedService("states", {
      StartExecution: { run: failing(new ServiceError("AccessDeniedException", "no"), () => true) },
    }),
    sqs: new ScriptedService("sqs", {
      SendMessage: {
        run: failing(new ServiceError("AccessDenied", "not for events", 403), () => true),
      },
    }),
  });
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE, deadLetterConfig: { arn: DLQ } });
  await put(ENTRY);
  await clock.advance(0);
  const { kind, detail } = hops.at(-1) ?? {};
  assert.is(kind, "events:drop");
  assert.match(String(detail), `${DLQ} refused it: NO_PERMISSIONS not for events`);
});

test.run();
