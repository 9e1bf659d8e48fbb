import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { EventsProvisioner } from "../../src/services/eventbridge/provision.ts";
import { RuleTimers } from "../../src/services/eventbridge/rule-timers.ts";
import { parseSchedule } from "../../src/services/eventbridge/schedule.ts";
import { EventBridge } from "../../src/services/eventbridge/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("event-bridge");

const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:flow";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:queue";
const DLQ = "arn:aws:sqs:eu-central-1:000000000000:dlq";
const RULE_ARN = "arn:aws:events:eu-central-1:000000000000:rule/created";
const ENTRY = { Source: "customer.api", DetailType: "CustomerCreated", Detail: '{"id":"c-1"}' };
const PATTERN = '{"source":["customer.api"]}';

/** An EventBridge among scripted services, with what a person and a program do to it. */
function bridge(start?: Record<string, ScriptedService>) {
  const test = testKernel();
  const { kernel } = test;
  const events = new EventBridge(kernel);
  const states = start?.["states"] ?? new ScriptedService("states", { StartExecution: {} });
  const sqs = start?.["sqs"] ?? new ScriptedService("sqs", { SendMessage: {} });
  kernel.dispatcher.register(events, states, sqs, ...Object.values(start ?? {}));
  const provisioner = new EventsProvisioner(kernel, events.buses);
  const resource = (name: string, inputs: object, outputs: object): RecordedResource => ({
    urn: `urn:${name}`,
    type: "",
    name,
    id: name,
    inputs: inputs as Record<string, unknown>,
    outputs: { ...inputs, ...outputs },
  });
  const call = <Output = Record<string, unknown>>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("events", operation, input, { kind: "administrator" });
  return {
    ...test,
    events,
    states,
    sqs,
    bus: (name: string) => provisioner.provisionEventBus(resource(name, { name }, { name })),
    rule: (name: string, inputs: object) =>
      provisioner.provisionEventRule(resource(name, inputs, { name })),
    target: (inputs: object, targetId = "target") =>
      provisioner.provisionEventTarget(
        resource(targetId, { rule: "created", ...inputs }, { targetId }),
      ),
    call,
    put: (...Entries: object[]) =>
      call<{ FailedEntryCount: number; Entries: Record<string, string>[] }>("PutEvents", {
        Entries,
      }),
  };
}

/** Answers with an error while `while` says so for the call's number. */
function failing(error: ServiceError, during: (count: number) => boolean) {
  return (_: unknown, count: number) => {
    if (during(count)) throw error;
    return {};
  };
}

test("a matching event starts the state machine with the whole envelope, in the target's role", async () => {
  const { rule, target, put, clock, states, hops } = bridge();
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE });
  const answer = await put({ ...ENTRY, Resources: ["arn:r"], Time: 1_767_222_000.9 });
  await clock.advance(0);
  const [{ EventId: id = "" } = {}] = answer.Entries;
  assert.is(answer.FailedEntryCount, 0);
  const [call] = states.calls;
  assert.equal(call?.caller, { kind: "role", roleArn: ROLE, sessionName: "created" });
  assert.is(call?.input["stateMachineArn"], MACHINE);
  assert.match(String(call?.input["name"]), new RegExp(`^${id}_[0-9a-f-]{36}$`));
  assert.equal(JSON.parse(String(call?.input["input"])), {
    version: "0",
    id,
    "detail-type": "CustomerCreated",
    source: "customer.api",
    account: "000000000000",
    time: "2025-12-31T23:00:00Z",
    region: "eu-central-1",
    resources: ["arn:r"],
    detail: { id: "c-1" },
  });
  assert.equal(
    hops.map(({ kind }) => kind),
    ["events:PutEvents", "events:match"],
  );
});

test("each entry is taken or refused on its own", async () => {
  const { put } = bridge();
  const { FailedEntryCount, Entries } = await put(
    ENTRY,
    { ...ENTRY, Source: undefined },
    { ...ENTRY, DetailType: "" },
    { ...ENTRY, Detail: undefined },
    { ...ENTRY, Detail: "{" },
    { ...ENTRY, Detail: "[1]" },
    { ...ENTRY, Source: "aws.ec2" },
  );
  assert.is(FailedEntryCount, 6);
  assert.equal(
    Entries.map((entry) => entry["ErrorCode"] ?? Object.keys(entry).join()),
    [
      "EventId",
      "InvalidArgument",
      "InvalidArgument",
      "InvalidArgument",
      "MalformedDetail",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
    ],
  );
  assert.is(
    Entries[1]?.["ErrorMessage"],
    "Parameter Source is not valid. Reason: Source is a required argument.",
  );
});

test("a call with too many, too large or no entries is refused whole", async () => {
  const { put } = bridge();
  const refusal = async (...entries: object[]) => {
    try {
      await put(...entries);
    } catch (error) {
      return (error as ServiceError).code;
    }
    return "accepted";
  };
  const large = { ...ENTRY, Detail: JSON.stringify({ text: "x".repeat(262_000) }) };
  assert.is(await refusal(), "ValidationException");
  assert.is(await refusal(...Array(11).fill(ENTRY)), "ValidationException");
  assert.is(await refusal(...Array(10).fill(ENTRY)), "accepted");
  assert.is(await refusal(large), "accepted");
  assert.is(await refusal(large, ENTRY, ENTRY, ENTRY), "ValidationException");
});

test("an event that no rule matches, or whose bus is missing, leaves a note", async () => {
  const { rule, target, put, clock, notable, states } = bridge();
  rule("created", { eventPattern: PATTERN });
  target({ arn: MACHINE, roleArn: ROLE });
  await put({ ...ENTRY, Source: "other" });
  await put({ ...ENTRY, EventBusName: "nowhere" });
  await clock.advance(0);
  assert.equal(notable(), ["events:unmatched note", "events:drop failed"]);
  assert.equal(states.calls, []);
});

test("targets without a role are reached by the service principal, for the rule", async () => {
  const lambda = new ScriptedService("lambda", { Invoke: {} });
  const sns = new ScriptedService("sns", { Publish: {} });
  const logs = new ScriptedService("logs", {
    CreateLogStream: {
      run: failing(new ServiceError("ResourceAlreadyExistsException", ""), () => true),
    },
    PutLogEvents: {},
  });
  const { rule, target, put, clock, sqs } = bridge({ lambda, sns, logs });
  const fn = "arn:aws:lambda:eu-central-1:000000000000:function:f";
  const topic = "arn:aws:sns:eu-central-1:000000000000:topic";
  rule("created", { eventPattern: PATTERN });
  target({ arn: fn, input: '{"a":1}' }, "a");
  target({ arn: QUEUE, inputPath: "$.detail" }, "b");
  target({ arn: topic, inputPath: "$.detail.id" }, "c");
  target(
    { arn: "arn:aws:logs:eu-central-1:000000000000:log-group:/aws/events/x:*", input: "1" },
    "d",
  );
  await put(ENTRY);
  await clock.advance(0);
  const service = { kind: "service", principal: "events.amazonaws.com", sourceArn: RULE_ARN };
  for (const { calls } of [lambda, sns, logs, sqs]) {
    for (const { caller } of calls) assert.equal(caller, service);
  }
  assert.equal(lambda.inputsOf("Invoke"), [
    { FunctionName: fn, InvocationType: "Event", Payload: '{"a":1}' },
  ]);
  assert.equal(sns.inputsOf("Publish"), [{ TopicArn: topic, Message: '"c-1"' }]);
  assert.equal(logs.inputsOf("PutLogEvents"), [
    {
      logGroupName: "/aws/events/x",
      logStreamName: "events/created",
      logEvents: [{ timestamp: clock.now(), message: "1" }],
    },
  ]);
  assert.equal(sqs.inputsOf("SendMessage"), [
    { QueueUrl: "http://127.0.0.1/000000000000/queue", MessageBody: '{"id":"c-1"}' },
  ]);
});

test("an event can go on to another bus in the target's role", async () => {
  const { bus, rule, target, put, clock, sqs } = bridge();
  bus("orders");
  rule("created", { eventPattern: PATTERN });
  target({ arn: "arn:aws:events:eu-central-1:000000000000:event-bus/orders", roleArn: ROLE });
  rule("on-orders", { eventPattern: PATTERN, eventBusName: "orders" });
  target({ rule: "on-orders", eventBusName: "orders", arn: QUEUE, inputPath: "$.detail" });
  await put(ENTRY);
  await clock.advance(0);
  assert.equal(
    sqs.inputsOf("SendMessage").map(({ MessageBody }) => MessageBody),
    ['{"id":"c-1"}'],
  );
});

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

test("a rate runs from the rule's creation and gives the target its input", async () => {
  const { rule, target, clock, states } = bridge();
  await clock.advance(12_345);
  rule("created", { scheduleExpression: "rate(5 minutes)" });
  target({ arn: MACHINE, roleArn: ROLE, input: '{"id":"scheduled-check"}' });
  await clock.advance(299_999);
  assert.is(states.calls.length, 0);
  await clock.advance(1);
  assert.is(states.calls.length, 1);
  await clock.advance(600_000);
  assert.equal(
    states.inputsOf("StartExecution").map(({ input }) => input),
    Array(3).fill('{"id":"scheduled-check"}'),
  );
});

test("a cron runs on the minute with AWS's scheduled event", async () => {
  const { rule, target, clock, sqs } = bridge();
  await clock.advance(30_500);
  rule("created", { scheduleExpression: "cron(0/15 * * * ? *)" });
  target({ arn: QUEUE });
  await clock.advance(900_000 - 30_500);
  const [message] = sqs.inputsOf("SendMessage");
  const { id, ...event } = JSON.parse(String(message?.["MessageBody"]));
  assert.type(id, "string");
  assert.equal(event, {
    version: "0",
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    time: "2026-01-01T00:15:00Z",
    region: "eu-central-1",
    resources: [RULE_ARN],
    detail: {},
  });
});

test("runs that fell into a sleep of the machine are skipped, and the grid stays", () => {
  let now = 0;
  let wake = () => {};
  const waits: number[] = [];
  const clock = {
    now: () => now,
    after(ms: number, callback: () => void) {
      waits.push(ms);
      wake = callback;
      return { cancel: () => {} };
    },
    hold: <T>(work: Promise<T>) => work,
  };
  const due: number[] = [];
  const timers = new RuleTimers(createKernel({ clock }), (_, time) => due.push(time));
  const schedule = { text: "rate(1 minute)", schedule: parseSchedule("rate(1 minute)") };
  timers.start({
    name: "r",
    busName: "default",
    arn: RULE_ARN,
    enabled: true,
    scheduleExpression: schedule,
    targets: new Map(),
  });
  now = 3_600_500;
  wake();
  assert.equal(due, [60_000]);
  assert.equal(waits, [60_000, 59_500]);
});

test("a disabled rule neither matches nor runs until it is enabled", async () => {
  const { rule, target, put, call, clock, sqs } = bridge();
  rule("created", {
    eventPattern: PATTERN,
    scheduleExpression: "rate(1 minute)",
    state: "DISABLED",
  });
  target({ arn: QUEUE });
  await put(ENTRY);
  await clock.advance(90_000);
  assert.is(sqs.calls.length, 0);
  await call("EnableRule", { Name: "created" });
  await put(ENTRY);
  await clock.advance(60_000);
  assert.is(sqs.calls.length, 2);
  await call("DisableRule", { Name: "created" });
  await clock.advance(600_000);
  assert.is(sqs.calls.length, 2);
});

test("stopping ends schedules and retries", async () => {
  const fault = new ServiceError("ServiceUnavailable", "down", 503);
  const states = new ScriptedService("states", {
    StartExecution: { run: failing(fault, () => true) },
  });
  const { rule, target, clock, events } = bridge({ states });
  rule("created", { scheduleExpression: "rate(1 minute)" });
  target({ arn: MACHINE, roleArn: ROLE });
  await clock.advance(60_000);
  events.stop();
  await clock.advance(3_600_000);
  assert.is(states.calls.length, 1);
});

test("buses, rules and targets can be listed and described", async () => {
  const { bus, rule, target, call } = bridge();
  bus("orders");
  rule("created", { eventPattern: PATTERN, description: "new customers" });
  rule("other", { scheduleExpression: "rate(1 day)", isEnabled: false });
  target({ arn: MACHINE, roleArn: ROLE, inputPath: "$.detail", deadLetterConfig: { arn: DLQ } });
  const names = async (operation: string, member: string, input: object) =>
    ((await call(operation, input))[member] as { Name: string }[]).map((one) => one.Name ?? one);
  assert.equal(await names("ListEventBuses", "EventBuses", {}), ["default", "orders"]);
  assert.equal(await names("ListRules", "Rules", { NamePrefix: "cr" }), ["created"]);
  assert.equal(await names("ListRules", "Rules", { EventBusName: "orders" }), []);
  const page = await call("ListRules", { Limit: 1 });
  assert.equal(await names("ListRules", "Rules", { NextToken: page["NextToken"] }), ["other"]);
  assert.equal(await names("ListRuleNamesByTarget", "RuleNames", { TargetArn: MACHINE }), [
    "created",
  ]);
  assert.is((await call("DescribeEventBus", {}))["Name"], "default");
  const described = JSON.parse(JSON.stringify(await call("DescribeRule", { Name: "created" })));
  assert.equal(described, {
    Name: "created",
    Arn: RULE_ARN,
    EventPattern: PATTERN,
    State: "ENABLED",
    Description: "new customers",
    EventBusName: "default",
    CreatedBy: "000000000000",
  });
  assert.is((await call("DescribeRule", { Name: "other" }))["State"], "DISABLED");
  const targets = JSON.parse(JSON.stringify(await call("ListTargetsByRule", { Rule: "created" })));
  assert.equal(targets.Targets, [
    {
      Id: "target",
      Arn: MACHINE,
      RoleArn: ROLE,
      InputPath: "$.detail",
      DeadLetterConfig: { Arn: DLQ },
    },
  ]);
  const event = {
    id: "1",
    source: "customer.api",
    account: "1",
    time: "2026-01-01T00:00:00Z",
    region: "r",
    "detail-type": "t",
  };
  const sample = { EventPattern: PATTERN, Event: JSON.stringify(event) };
  assert.equal(await call("TestEventPattern", sample), { Result: true });
  assert.equal(await call("ListTagsForResource", { ResourceARN: RULE_ARN }), { Tags: [] });
});

test("what does not exist is named in the error", async () => {
  const { call } = bridge();
  const refusal = async (operation: string, input: object) => {
    try {
      await call(operation, input);
    } catch (error) {
      const { code, message } = error as ServiceError;
      return `${code}: ${message}`;
    }
    return "accepted";
  };
  assert.is(
    await refusal("DescribeRule", { Name: "x" }),
    "ResourceNotFoundException: Rule x does not exist on EventBus default.",
  );
  assert.is(
    await refusal("ListRules", { EventBusName: "x" }),
    "ResourceNotFoundException: Event bus x does not exist.",
  );
});

test("calls need the action on the bus or the rule", () => {
  const { events } = bridge();
  const arn = "arn:aws:events:eu-central-1:000000000000";
  const needs = (operation: string, input: object) =>
    events.operations[operation]
      ?.needs(input as Record<string, unknown>)
      .map(({ action, resource }) => `${action} ${resource}`);
  assert.equal(
    needs("PutEvents", { Entries: [ENTRY, ENTRY, { EventBusName: `${arn}:event-bus/orders` }] }),
    [`events:PutEvents ${arn}:event-bus/default`, `events:PutEvents ${arn}:event-bus/orders`],
  );
  assert.equal(needs("PutEvents", {}), []);
  assert.equal(needs("DescribeRule", { Name: "r", EventBusName: "orders" }), [
    `events:DescribeRule ${arn}:rule/orders/r`,
  ]);
  assert.equal(needs("ListTargetsByRule", { Rule: "r" }), [
    `events:ListTargetsByRule ${arn}:rule/r`,
  ]);
  assert.equal(needs("ListRules", { NamePrefix: "x" }), [`events:ListRules ${arn}:rule/*`]);
});

test("what AWS refuses at deploy time is refused with the resource's name", () => {
  const { bus, rule, target } = bridge();
  const refusal = (create: () => void) => {
    try {
      create();
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  bus("orders");
  rule("created", { eventPattern: PATTERN });
  rule("timer", { scheduleExpression: "rate(1 day)" });
  assert.is(
    refusal(() => rule("bare", {})),
    "bare: set eventPattern or scheduleExpression",
  );
  assert.is(
    refusal(() => rule("r", { eventPattern: '{"source":"x"}' })),
    'r: Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"{"source":"x"}"; line: 1, column: 12]',
  );
  assert.match(
    refusal(() => rule("r", { scheduleExpression: "rate(1 minutes)" })),
    /^r: Parameter ScheduleExpression is not valid\./,
  );
  assert.is(
    refusal(() => rule("r", { scheduleExpression: "rate(1 day)", eventBusName: "orders" })),
    "r: ScheduleExpression is supported only on the default event bus.",
  );
  assert.is(
    refusal(() => rule("created", { eventPattern: PATTERN })),
    "created: Rule created already exists on EventBus default.",
  );
  assert.is(
    refusal(() => target({ arn: MACHINE })),
    `target: roleArn is required for target ${MACHINE}`,
  );
  assert.is(
    refusal(() => target({ arn: MACHINE, roleArn: `${ROLE}-other` })),
    `target: Provided role '${ROLE}-other' cannot be assumed by principal 'events.amazonaws.com'.`,
  );
  assert.is(
    refusal(() => target({ rule: "none", arn: QUEUE })),
    "target: Rule none does not exist on EventBus default.",
  );
  assert.match(
    refusal(() => target({ arn: "arn:aws:kinesis:eu-central-1:0:stream/s", roleArn: ROLE })),
    /^target: .*targets of the service "kinesis" are not supported locally/,
  );
  assert.match(
    refusal(() => target({ arn: `${MACHINE}`.replace("stateMachine", "activity"), roleArn: ROLE })),
    /^target: .*"activity" of states cannot be a target$/,
  );
  assert.match(
    refusal(() => target({ arn: QUEUE, input: "hello" })),
    /^target: input is not valid JSON/,
  );
  assert.is(
    refusal(() => target({ arn: QUEUE, retryPolicy: { maximumRetryAttempts: 186 } })),
    "target: retryPolicy.maximumRetryAttempts is 186; allowed are 0 to 185",
  );
  assert.is(
    refusal(() => target({ arn: `${QUEUE}.fifo` })),
    `target: ${QUEUE}.fifo: FIFO queues and topics are not supported by the local runtime`,
  );
  assert.is(
    refusal(() => target({ arn: QUEUE, deadLetterConfig: { arn: "arn:aws:sns:x" } })),
    'target: deadLetterConfig.arn "arn:aws:sns:x" is not the ARN of a queue',
  );
  for (const id of ["1", "2", "3", "4", "5"]) target({ arn: QUEUE }, id);
  assert.is(
    refusal(() => target({ arn: QUEUE }, "6")),
    "6: The requested resource exceeds the maximum number allowed.",
  );
});

test.run();
