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

const test = suite("event-bridge");

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
