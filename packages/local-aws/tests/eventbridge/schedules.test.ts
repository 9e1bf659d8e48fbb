import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { RuleTimers } from "../../src/services/eventbridge/rule-timers.ts";
import { parseSchedule } from "../../src/services/eventbridge/schedule.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import {
  bridge,
  ENTRY,
  failing,
  MACHINE,
  PATTERN,
  QUEUE,
  RULE_ARN,
} from "../support/event-bridge.ts";
import { ROLE } from "../support/test-kernel.ts";

const test = suite("schedules of EventBridge");

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

test.run();
