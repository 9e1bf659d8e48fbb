import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sleep } from "../../src/kernel/clock.ts";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { emitEventsMetrics } from "../../src/services/eventbridge/metrics.ts";
import { EventsProvisioner } from "../../src/services/eventbridge/provision.ts";
import { EventBridge } from "../../src/services/eventbridge/service.ts";
import { emitPipesMetrics } from "../../src/services/pipes/metrics.ts";
import { provisionPipe } from "../../src/services/pipes/provision.ts";
import { Pipes } from "../../src/services/pipes/service.ts";
import { emitSnsMetrics } from "../../src/services/sns/metrics.ts";
import { Sns } from "../../src/services/sns/service.ts";
import type { SubscriptionSettings } from "../../src/services/sns/subscription.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { MetricTape, unseenMetrics } from "../support/metric-tape.ts";
import { STREAM, scriptedStream } from "../support/scripted-stream.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("metrics of buses, pipes and topics");
const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:flow";
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:t";
const queue = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;
const ENTRY = { Source: "shop", DetailType: "Paid", Detail: "{}" };
const PATTERN = '{"source":["shop"]}';
const denied = new ServiceError("AccessDenied", "no", 403);
const busy = new ServiceError("ThrottlingException", "slow down", 429);

const resource = (name: string, inputs: object, outputs: object): RecordedResource => ({
  urn: "",
  type: "",
  name,
  id: name,
  inputs: { ...inputs },
  outputs: { ...inputs, ...outputs },
});

/** All services that send events, with scripted targets; the queue `refusing` takes nothing. */
function plumbing(startExecution: (input: unknown, count: number) => unknown = () => ({})) {
  const { kernel, clock } = testKernel();
  const events = new EventBridge(kernel);
  const sns = new Sns(kernel, new Mailbox());
  const stream = scriptedStream(clock);
  const pipes = new Pipes(kernel, { onRecords: stream.onRecords });
  const states = new ScriptedService("states", { StartExecution: { run: startExecution } });
  const sqs = new ScriptedService("sqs", {
    SendMessage: {
      run: ({ QueueUrl }) => {
        if (String(QueueUrl).endsWith("/refusing")) throw denied;
        return {};
      },
    },
  });
  kernel.dispatcher.register(events, sns, pipes, stream.service, states, sqs);
  const tape = new MetricTape();
  const stops = [
    emitEventsMetrics(events, tape),
    emitSnsMetrics(sns, tape),
    emitPipesMetrics({ account: kernel.account, pipes, metrics: tape }),
  ];
  const stop = () => stops.map((end) => end());
  const provisioner = new EventsProvisioner(kernel, events.buses);
  const bus = (name: string) => provisioner.provisionEventBus(resource(name, { name }, { name }));
  const rule = (name: string, target: object = {}, more: object = {}) => {
    const inputs = { eventPattern: PATTERN, ...more };
    provisioner.provisionEventRule(resource(name, inputs, { name }));
    const to = { rule: name, arn: MACHINE, roleArn: ROLE, ...target };
    const targetInputs = "eventBusName" in more ? { eventBusName: more.eventBusName, ...to } : to;
    provisioner.provisionEventTarget(resource(name, targetInputs, { targetId: name }));
  };
  const call = async (service: string, operation: string, input: object) => {
    await kernel.dispatcher.call(service, operation, input, { kind: "administrator" });
    await clock.advance(0);
  };
  const put = (...Entries: object[]) => call("events", "PutEvents", { Entries });
  const pipe = (target: object = {}, streamParameters: object = {}) => {
    const dynamodbStreamParameters = { startingPosition: "LATEST", ...streamParameters };
    const sourceParameters = { dynamodbStreamParameters };
    const inputs = { roleArn: ROLE, source: STREAM, sourceParameters, target: MACHINE, ...target };
    const stepFunctionStateMachineParameters = { invocationType: "FIRE_AND_FORGET" };
    const targetParameters = { stepFunctionStateMachineParameters };
    const arn = "arn:aws:pipes:eu-central-1:000000000000:pipe/p";
    const whole = { targetParameters, ...inputs };
    return provisionPipe(pipes, resource("p", whole, { name: "p", arn }));
  };
  const subscribe = (settings: Partial<SubscriptionSettings>) => {
    sns.createTopic(TOPIC);
    const defaults = { protocol: "sqs", endpoint: queue("q"), rawDelivery: false } as const;
    const filterScope = "MessageAttributes" as const;
    sns.subscribe(TOPIC, `${TOPIC}:1`, { ...defaults, filterScope, ...settings });
  };
  const publish = (Message: string, more: object = {}) =>
    call("sns", "Publish", { TopicArn: TOPIC, Message, ...more });
  return { clock, stream, tape, stop, bus, rule, put, pipe, subscribe, publish };
}

test("an event counts once for the account, and once for each rule that it matches", async () => {
  const { tape, rule, put } = plumbing();
  rule("a");
  rule("b");
  rule("other", {}, { eventPattern: '{"source":["none"]}' });
  await put(ENTRY, { ...ENTRY, Source: "unmatched" });
  assert.equal(tape.of("MatchedEvents"), { "": [1], "RuleName=a": [1], "RuleName=b": [1] });
  assert.equal(tape.of("TriggeredRules"), { "": [2], "RuleName=a": [1], "RuleName=b": [1] });
  assert.equal(tape.of("InvocationsCreated"), { "": [1, 1] });
  assert.equal(tape.of("Invocations"), { "": [1, 1], "RuleName=a": [1], "RuleName=b": [1] });
  assert.equal(tape.of("FailedInvocations"), {});
});

test("a call tells how many entries it had and how many were refused", async () => {
  const { tape, put } = plumbing();
  await put(ENTRY, { ...ENTRY, Detail: "not JSON" }, { ...ENTRY, Source: "aws.mine" });
  assert.equal(tape.of("PutEventsApproximateCallCount"), { "": [1] });
  assert.equal(tape.of("PutEventsApproximateSuccessCount"), { "": [1] });
  assert.equal(tape.of("PutEventsEntriesCount"), { "": [3] });
  assert.equal(tape.of("PutEventsFailedEntriesCount"), { "": [2] });
});

test("a rule of another bus goes by both names", async () => {
  const { tape, bus, rule, put } = plumbing();
  bus("orders");
  rule("a", {}, { eventBusName: "orders" });
  await put({ ...ENTRY, EventBusName: "orders" });
  const both = { "": [1], "EventBusName=orders RuleName=a": [1] };
  assert.equal(tape.of("MatchedEvents"), both);
  assert.equal(tape.of("TriggeredRules"), both);
  assert.equal(tape.of("SuccessfulInvocationAttempts"), both);
});

test("tries after the first are retries, and latencies begin when the bus took the event", async () => {
  const { tape, rule, put, clock } = plumbing((_, count) => {
    if (count <= 2) throw busy;
  });
  rule("a");
  await put(ENTRY);
  assert.equal(tape.of("Invocations"), {});
  await clock.advance(3_000);
  const both = (...values: number[]) => ({ "": values, "RuleName=a": values });
  assert.equal(tape.of("InvocationAttempts"), both(1, 1, 1));
  assert.equal(tape.of("RetryInvocationAttempts"), both(1, 1));
  assert.equal(tape.of("SuccessfulInvocationAttempts"), both(1));
  assert.equal(tape.of("Invocations"), both(1));
  assert.equal(tape.of("IngestionToInvocationStartLatency"), both(0));
  assert.equal(tape.of("IngestionToInvocationCompleteLatency"), both(0));
  assert.equal(tape.of("IngestionToInvocationSuccessLatency"), both(3_000));
});

for (const [name, sent, lost] of [
  ["dead", { "RuleName=a": [1] }, {}],
  ["refusing", {}, { "RuleName=a": [1] }],
] as const) {
  test(`an invocation that fails for good counts, with the queue "${name}" as its dead letters`, async () => {
    const { tape, rule, put } = plumbing(() => {
      throw denied;
    });
    rule("a", { deadLetterConfig: { arn: queue(name) } });
    await put(ENTRY);
    assert.equal(tape.of("Invocations"), { "": [1], "RuleName=a": [1] });
    assert.equal(tape.of("FailedInvocations"), { "RuleName=a": [1] });
    assert.equal(tape.of("InvocationsSentToDlq"), sent);
    assert.equal(tape.of("InvocationsFailedToBeSentToDlq"), lost);
  });
}

test("a scheduled rule is triggered without an event that matched", async () => {
  const { tape, rule, clock } = plumbing();
  const schedule = { eventPattern: undefined, scheduleExpression: "rate(1 minute)" };
  rule("tick", {}, schedule);
  await clock.advance(60_000);
  assert.equal(tape.of("TriggeredRules"), { "": [1], "RuleName=tick": [1] });
  assert.equal(tape.of("Invocations"), { "": [1], "RuleName=tick": [1] });
  assert.equal(tape.of("MatchedEvents"), {});
});

test("a pipe's execution counts its events and its times, with zeros for what went well", async () => {
  const { tape, pipe, stream, clock } = plumbing(() => sleep(clock, 70));
  await pipe();
  stream.write("a", "b");
  await clock.advance(70);
  assert.equal(tape.of("Invocations"), { "PipeName=p": [1], "AwsAccountId=000000000000": [1] });
  const none = { "PipeName=p": [0] };
  assert.equal(tape.of("ExecutionThrottled"), { ...none, "AwsAccountId=000000000000": [0] });
  assert.equal(tape.of("EventCount"), { "PipeName=p": [2] });
  assert.equal(tape.of("Duration"), { "PipeName=p": [70] });
  assert.equal(tape.of("TargetStageDuration"), { "PipeName=p": [70] });
  for (const kind of ["Failed", "PartiallyFailed", "Timeout"]) {
    assert.equal(tape.of(`Execution${kind}`), none, kind);
  }
});

test("a pipe's execution that its target refuses has failed, at each try", async () => {
  const { tape, pipe, stream, clock } = plumbing(() => {
    throw denied;
  });
  await pipe({}, { maximumRetryAttempts: 1 });
  stream.write("a");
  await clock.advance(60_000);
  assert.equal(tape.of("ExecutionFailed"), { "PipeName=p": [1, 1] });
  assert.equal(tape.of("TargetStageFailed"), { "PipeName=p": [1, 1] });
  assert.equal(tape.of("ExecutionPartiallyFailed"), { "PipeName=p": [0, 0] });
});

test("a pipe's execution whose target takes a part has failed partially", async () => {
  const { tape, pipe, stream, clock } = plumbing();
  const eventbridgeEventBusParameters = { source: "$.dynamodb.NewImage.id.S", detailType: "d" };
  const target = "arn:aws:events:eu-central-1:000000000000:event-bus/default";
  await pipe(
    { target, targetParameters: { inputTemplate: '{"a":1}', eventbridgeEventBusParameters } },
    { maximumRetryAttempts: 0 },
  );
  stream.write("fine", "aws.refused");
  await clock.advance(0);
  assert.equal(tape.of("TargetStagePartiallyFailed")["PipeName=p"]?.[0], 1);
  assert.equal(tape.of("ExecutionPartiallyFailed")["PipeName=p"]?.[0], 1);
  assert.equal(tape.of("ExecutionFailed")["PipeName=p"]?.[0], 0);
});

test("a message counts when it is published, with its size, and when a subscriber has it", async () => {
  const { tape, subscribe, publish } = plumbing();
  subscribe({});
  await publish("grün", { MessageAttributes: { a: { DataType: "String", StringValue: "x" } } });
  assert.equal(tape.of("NumberOfMessagesPublished"), { "TopicName=t": [1] });
  assert.equal(tape.of("PublishSize"), { "TopicName=t": [5 + 1 + 6 + 1] });
  assert.equal(tape.of("NumberOfNotificationsDelivered"), { "TopicName=t": [1] });
  assert.equal(tape.of("NumberOfNotificationsFailed"), {});
});

test("a notification that the filter keeps back is neither delivered nor failed", async () => {
  const { tape, subscribe, publish } = plumbing();
  subscribe({ filterPolicy: '{"kind":["order"]}' });
  await publish("m");
  assert.equal(tape.of("NumberOfNotificationsFilteredOut"), { "TopicName=t": [1] });
  assert.equal(tape.of("NumberOfNotificationsDelivered"), {});
  assert.equal(tape.of("NumberOfNotificationsFailed"), {});
});

test("a notification that fails goes to the dead letters, or is lost where they refuse it", async () => {
  const { tape, subscribe, publish } = plumbing();
  subscribe({ endpoint: queue("refusing"), deadLetterArn: queue("dead") });
  await publish("m");
  assert.equal(tape.of("NumberOfNotificationsFailed"), { "TopicName=t": [1] });
  assert.equal(tape.of("NumberOfNotificationsRedrivenToDlq"), { "TopicName=t": [1] });
  assert.equal(tape.of("NumberOfNotificationsFailedToRedriveToDlq"), {});

  subscribe({ endpoint: queue("refusing"), deadLetterArn: queue("refusing") });
  await publish("m");
  assert.equal(tape.of("NumberOfNotificationsFailedToRedriveToDlq"), { "TopicName=t": [1] });
});

test("nothing is reported after it is stopped", async () => {
  const { tape, stop, rule, put, subscribe, publish } = plumbing();
  rule("a");
  subscribe({});
  stop();
  await put(ENTRY);
  await publish("m");
  assert.equal(tape.of("Invocations"), {});
  assert.equal(tape.of("NumberOfMessagesPublished"), {});
});

test("every metric of buses, pipes and topics that the table names has been seen", () => {
  assert.equal(
    ["AWS/Events", "AWS/EventBridge/Pipes", "AWS/SNS"].flatMap((name) => unseenMetrics(name)),
    [],
  );
});

test.run();
