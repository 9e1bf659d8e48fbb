import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { GatewayError } from "../../src/gateway/gateway-error.ts";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { storedSecret } from "../../src/runtime/local-secret.ts";
import { UsagePlans } from "../../src/services/apigateway/usage-plans.ts";
import { CloudWatchProvisioner } from "../../src/services/cloudwatch/provision.ts";
import { CloudWatch } from "../../src/services/cloudwatch/service.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { EventsProvisioner } from "../../src/services/eventbridge/provision.ts";
import { EventBridge } from "../../src/services/eventbridge/service.ts";
import type { Executor, Outcome } from "../../src/services/lambda/executor.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { Logs } from "../../src/services/logs/service.ts";
import { Sns } from "../../src/services/sns/service.ts";
import { Store } from "../../src/store/store.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { dataFolders } from "../support/data-folder.ts";
import { functionDefinition } from "../support/function-definition.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("what a killed process leaves");

const MINUTE = 60_000;
const TOKEN = "00000000-0000-4000-8000-000000000000";
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:sold";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:queue";
const you = { kind: "administrator" } as const;

type Start = { store?: Store; at?: number };

function resource(name: string, inputs: object, outputs: object = {}): RecordedResource {
  const all = inputs as Record<string, unknown>;
  return { urn: name, type: "", name, id: name, inputs: all, outputs: { ...all, ...outputs } };
}

function lambda(start: Start, outcome: (count: number) => Promise<Outcome> | Outcome) {
  const { kernel, clock } = testKernel(start);
  let count = 0;
  const events: string[] = [];
  const executor: Executor = {
    start: () => ({
      logStream: "s",
      ready: Promise.resolve(),
      alive: true,
      run: async ({ event }) => {
        events.push(event);
        return outcome(++count);
      },
      kill: () => {},
    }),
  };
  const service = new Lambda(kernel, executor);
  const logs = new ScriptedService("logs", { CreateLogStream: {}, PutLogEvents: {} });
  kernel.dispatcher.register(service, logs);
  service.put(functionDefinition);
  service.resume();
  const send = (Payload: string) =>
    kernel.dispatcher.call(
      "lambda",
      "Invoke",
      { FunctionName: "fn", InvocationType: "Event", Payload },
      you,
    );
  return { clock, service, send, events };
}

test("asynchronous events: one that runs is run again, one that waits for a retry is tried when it is due", async () => {
  const data = dataFolders();
  const failed = { error: { errorType: "Boom", errorMessage: "no" } };
  const hangs = new Promise<Outcome>(() => {});
  const before = lambda({ store: data.store }, (count) => (count === 1 ? failed : hangs));
  await before.send('{"fails":1}');
  await before.clock.advance(1_000);
  await before.send('{"hangs":1}');
  // Virtual time waits for a function that runs, and this one never ends.
  while (before.events.length < 2) await new Promise(setImmediate);
  assert.equal(before.events, ['{"fails":1}', '{"hangs":1}']);

  const at = before.clock.now();
  const after = lambda({ store: await data.killAndOpen(), at }, () => ({ payload: "null" }));
  await after.clock.settle();
  assert.equal(after.events, ['{"hangs":1}']);
  await after.clock.advance(58_999);
  assert.is(after.events.length, 1);
  await after.clock.advance(1);
  assert.equal(after.events, ['{"hangs":1}', '{"fails":1}']);
  assert.is(after.service.pendingEvents, 0);

  const last = lambda({ store: await data.killAndOpen(), at }, () => ({ payload: "null" }));
  await last.clock.advance(10 * MINUTE);
  assert.equal(last.events, []);
  data.remove();
});

function bridge(start: Start, rules: Record<string, object>, target: object, isDown = false) {
  const { kernel, clock } = testKernel(start);
  const events = new EventBridge(kernel);
  const sqs = new ScriptedService("sqs", {
    SendMessage: {
      run: () => {
        if (isDown) throw new Error("down");
        return {};
      },
    },
  });
  kernel.dispatcher.register(events, sqs);
  const provisioner = new EventsProvisioner(kernel, events.buses);
  for (const [name, inputs] of Object.entries(rules)) {
    provisioner.provisionEventRule(resource(name, inputs, { name }));
    provisioner.provisionEventTarget(
      resource(`${name}-target`, { rule: name, arn: QUEUE, ...target }, { targetId: "t" }),
    );
  }
  events.resume();
  const put = () =>
    kernel.dispatcher.call(
      "events",
      "PutEvents",
      { Entries: [{ Source: "shop", DetailType: "Sold", Detail: '{"n":1}' }] },
      you,
    );
  const switchRule = (operation: "EnableRule" | "DisableRule", Name: string) =>
    kernel.dispatcher.call("events", operation, { Name }, you);
  const sent = () => sqs.inputsOf("SendMessage").map(({ MessageBody }) => String(MessageBody));
  const times = () => sent().map((body) => JSON.parse(body).time as string);
  return { clock, put, switchRule, sent, times };
}

test("deliveries of events: one that waits for a retry is tried when it is due, and only once it succeeds", async () => {
  const data = dataFolders();
  const rules = { sold: { eventPattern: '{"source":["shop"]}' } };
  const before = bridge({ store: data.store }, rules, {}, true);
  await before.put();
  await before.clock.advance(500);
  assert.is(before.sent().length, 1);

  const at = before.clock.now();
  const after = bridge({ store: await data.killAndOpen(), at }, rules, {});
  await after.clock.settle();
  assert.is(after.sent().length, 0);
  await after.clock.advance(500);
  assert.equal(after.sent(), before.sent());
  const last = bridge({ store: await data.killAndOpen(), at }, rules, {});
  await last.clock.advance(MINUTE);
  assert.equal(last.sent(), []);
  data.remove();
});

test("schedules: a rate keeps its phase, and what was missed runs once, while its target still takes it", async () => {
  const rules = { tick: { scheduleExpression: "rate(5 minutes)" } };
  for (const [maximumEventAgeInSeconds, wanted] of [
    [3_600, ["2026-01-01T00:25:00Z", "2026-01-01T00:30:00Z"]],
    [60, ["2026-01-01T00:30:00Z"]],
  ] as const) {
    const target = { retryPolicy: { maximumEventAgeInSeconds, maximumRetryAttempts: 1 } };
    const data = dataFolders();
    const before = bridge({ store: data.store }, rules, target);
    await before.clock.advance(12 * MINUTE);
    assert.equal(before.times(), ["2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z"]);

    const at = before.clock.now() + 15 * MINUTE;
    const after = bridge({ store: await data.killAndOpen(), at }, rules, target);
    await after.clock.advance(4 * MINUTE);
    assert.equal(after.times(), wanted);
    data.remove();
  }
});

test("a rule that a caller switched off stays off until it is switched on", async () => {
  const rules = { tick: { scheduleExpression: "rate(5 minutes)" } };
  const data = dataFolders();
  const before = bridge({ store: data.store }, rules, {});
  await before.switchRule("DisableRule", "tick");
  const after = bridge({ store: await data.killAndOpen(), at: before.clock.now() }, rules, {});
  await after.clock.advance(12 * MINUTE);
  assert.equal(after.times(), []);
  await after.switchRule("EnableRule", "tick");
  const last = bridge({ store: await data.killAndOpen(), at: after.clock.now() }, rules, {});
  await last.clock.advance(6 * MINUTE);
  assert.equal(last.times(), ["2026-01-01T00:17:00Z"]);
  data.remove();
});

test("notifications of topics: one whose subscriber is busy is delivered after the next start", async () => {
  const data = dataFolders();
  const start = (at: Start, isBusy: boolean) => {
    const { kernel, clock } = testKernel(at);
    const sns = new Sns(kernel, new Mailbox());
    const sqs = new ScriptedService("sqs", {
      SendMessage: {
        run: () => {
          if (isBusy) throw new ServiceError("ServiceUnavailable", "busy", 503);
          return {};
        },
      },
    });
    kernel.dispatcher.register(sns, sqs);
    sns.createTopic(TOPIC);
    const settings = { protocol: "sqs", endpoint: QUEUE, rawDelivery: true } as const;
    sns.subscribe(TOPIC, `${TOPIC}:1`, { ...settings, filterScope: "MessageBody" });
    sns.resume();
    const publish = () =>
      kernel.dispatcher.call("sns", "Publish", { TopicArn: TOPIC, Message: "sold" }, you);
    return { clock, publish, sent: () => sqs.inputsOf("SendMessage") };
  };
  const before = start({ store: data.store }, true);
  await before.publish();
  await before.clock.settle();
  assert.is(before.sent().length, 1);
  const after = start({ store: await data.killAndOpen() }, false);
  await after.clock.settle();
  assert.equal(after.sent(), before.sent());
  const last = start({ store: await data.killAndOpen() }, false);
  await last.clock.settle();
  assert.equal(last.sent(), []);
  data.remove();
});

test("letters, and which of them a provider has seen", async () => {
  const data = dataFolders();
  const letter = {
    kind: "email",
    to: "a@b",
    subject: "s",
    body: "b",
    topic: "",
    time: "t",
  } as const;
  const before = new Mailbox(data.store);
  before.deliver({ ...letter, id: "1" });
  before.deliver(letter);
  const after = new Mailbox(await data.killAndOpen());
  after.deliver({ ...letter, id: "1" });
  after.deliver({ ...letter, id: "2" });
  assert.equal(
    after.letters.map(({ id }) => id),
    ["1", undefined, "2"],
  );
  data.remove();
});

const ALARM = {
  name: "errors",
  namespace: "Shop",
  metricName: "Errors",
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 1,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
};

function cloudwatch(start: Start) {
  const { kernel, clock } = testKernel(start);
  const service = new CloudWatch(kernel);
  kernel.dispatcher.register(service);
  const provisioner = new CloudWatchProvisioner(service);
  provisioner.provisionMetricAlarm(resource("errors", ALARM, { arn: "arn:errors" }));
  const call = <Output>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("cloudwatch", operation, input, you);
  const put = (Value: number) =>
    call("PutMetricData", { Namespace: "Shop", MetricData: [{ MetricName: "Errors", Value }] });
  return { clock, service, call, put };
}

test("alarms stay in their state and their history, and the metrics of the last hours are there", async () => {
  const data = dataFolders();
  const before = cloudwatch({ store: data.store });
  await before.put(3);
  await before.clock.advance(MINUTE + 1_000);
  await before.put(4);
  await before.put(5);
  const state = before.service.alarms.alarm("errors");
  assert.is(state?.state, "ALARM");

  const at = before.clock.now() + 1_000;
  const after = cloudwatch({ store: await data.killAndOpen(), at });
  const found = after.service.alarms.alarm("errors");
  assert.equal(
    [found?.state, found?.reason, found?.changedAt],
    [state?.state, state?.reason, state?.changedAt],
  );
  assert.equal(after.service.alarms.history.items, before.service.alarms.history.items);
  await after.put(6);
  const { Datapoints } = await after.call<{ Datapoints: object[] }>("GetMetricStatistics", {
    Namespace: "Shop",
    MetricName: "Errors",
    StartTime: Math.floor(at / 1000) - 180,
    EndTime: Math.floor(at / 1000) + 60,
    Period: 60,
    Statistics: ["Sum", "SampleCount", "Maximum"],
  });
  const sums = (Datapoints as { Sum: number; SampleCount: number; Maximum: number }[])
    .map(({ Sum, SampleCount, Maximum }) => [Sum, SampleCount, Maximum])
    .sort();
  assert.equal(sums, [
    [15, 3, 6],
    [3, 1, 3],
  ]);
  data.remove();
});

function logs(start: Start) {
  const { kernel } = testKernel(start);
  const service = new Logs(kernel);
  kernel.dispatcher.register(service);
  service.provisionGroup("declared");
  const call = <Output = object>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("logs", operation, input, you);
  const messages = async (logGroupName: string) => {
    const { events } = await call<{ events: { message: string; logStreamName: string }[] }>(
      "FilterLogEvents",
      { logGroupName },
    );
    return events.map(({ message, logStreamName }) => `${logStreamName} ${message}`);
  };
  return { service, call, messages };
}

test("log lines, in their streams and their order, and groups that callers made", async () => {
  const data = dataFolders();
  const before = logs({ store: data.store });
  before.service.append("declared", "a", "1");
  before.service.append("declared", "b", "2");
  await before.call("CreateLogGroup", { logGroupName: "made" });
  await before.call("PutRetentionPolicy", { logGroupName: "made", retentionInDays: 7 });
  before.service.append("made", "a", "3");

  const after = logs({ store: await data.killAndOpen() });
  after.service.append("declared", "a", "4");
  assert.equal(await after.messages("declared"), ["a 1", "b 2", "a 4"]);
  assert.equal(await after.messages("made"), ["a 3"]);
  const { logGroups } = await after.call<{ logGroups: Record<string, unknown>[] }>(
    "DescribeLogGroups",
    {},
  );
  assert.equal(
    logGroups.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
    [
      ["declared", undefined],
      ["made", 7],
    ],
  );
  const last = logs({ store: await data.killAndOpen() });
  assert.equal(await last.messages("declared"), ["a 1", "b 2", "a 4"]);
  data.remove();
});

test("queries that callers saved or changed, with the tokens of those calls", async () => {
  const data = dataFolders();
  const declared = { queryDefinitionId: "declared", name: "a", logGroupNames: [] };
  const start = (store: Store) => {
    const { service, call } = logs({ store });
    service.queryDefinitions.declare({ ...declared, queryString: "fields @message" });
    const put = (input: object) =>
      call<{ queryDefinitionId: string }>("PutQueryDefinition", {
        queryString: "limit 1",
        ...input,
      });
    const all = async () => {
      const { queryDefinitions } = await call<{ queryDefinitions: Record<string, string>[] }>(
        "DescribeQueryDefinitions",
        {},
      );
      return queryDefinitions.map(({ name, queryString }) => `${name}: ${queryString}`);
    };
    return { call, put, all };
  };
  const before = start(data.store);
  const made = await before.put({ name: "b", clientToken: TOKEN });
  const gone = await before.put({ name: "c" });
  await before.call("DeleteQueryDefinition", gone);
  assert.equal(await before.all(), ["a: fields @message", "b: limit 1"]);
  await before.put({ queryDefinitionId: "declared", name: "a" });

  const after = start(await data.killAndOpen());
  assert.equal(await after.all(), ["a: limit 1", "b: limit 1"]);
  assert.equal(await after.put({ name: "b", clientToken: TOKEN }), made);
  assert.is((await after.all()).length, 2);
  data.remove();
});

test("the client tokens of transactions, so that a repeated one changes nothing", async () => {
  const data = dataFolders();
  const start = async (store: Store) => {
    const { kernel } = testKernel({ store });
    const dynamo = new DynamoDb(kernel);
    kernel.dispatcher.register(dynamo);
    const call = (operation: string, input: object) =>
      kernel.dispatcher.call<Record<string, unknown>>("dynamodb", operation, input, you);
    return { dynamo, call };
  };
  const add = {
    ClientRequestToken: "once",
    TransactItems: [
      {
        Update: {
          TableName: "table",
          Key: { id: { S: "a" } },
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
      },
    ],
  };
  const before = await start(data.store);
  await before.call("CreateTable", {
    TableName: "table",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  await before.call("TransactWriteItems", add);
  const after = await start(await data.killAndOpen());
  await after.call("TransactWriteItems", add);
  const { Item } = await after.call("GetItem", { TableName: "table", Key: { id: { S: "a" } } });
  assert.equal(Item, { id: { S: "a" }, n: { N: "1" } });
  data.remove();
});

test("the secret that API keys are made of", async () => {
  const data = dataFolders();
  const secret = storedSecret(data.store);
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.is(storedSecret(await data.killAndOpen()), secret);
  assert.is.not(storedSecret(new Store()), secret);
  data.remove();
});

test("what a key has used of its quota", async () => {
  const data = dataFolders();
  const start = (store: Store) => {
    const plans = new UsagePlans(testKernel({ store }).kernel);
    plans.addKey({ id: "k", name: "key", value: "secret", enabled: true, createdAt: 0 });
    plans.addPlan({
      id: "p",
      name: "plan",
      stages: [{ apiId: "api", stage: "prod", throttles: {} }],
      quota: { limit: 2, period: "DAY", offset: 0 },
    });
    plans.addKeyToPlan("k", "p");
    return () => plans.admit({ apiId: "api", stage: "prod", method: "/GET", keys: ["secret"] });
  };
  start(data.store)();
  const again = start(await data.killAndOpen());
  again();
  assert.throws(again, (error: GatewayError) => error.type === "QUOTA_EXCEEDED");
  data.remove();
});

test.run();
