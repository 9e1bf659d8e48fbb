import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { emittedMetrics } from "local-aws/emitted-metrics";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("alarms");
let stack: TestStack;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
});
test.after(() => stack?.stop());

interface AlarmInputs {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  threshold: number;
  statistic?: string;
  extendedStatistic?: string;
}

const declared = () =>
  stack.program.resources
    .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    .map((it) => ({
      logical: it.name,
      name: String(it.outputs["name"]),
      inputs: it.inputs as unknown as AlarmInputs,
    }));
const stateOf = (name: string) => stack.services.cloudwatch.alarms.alarm(name)?.state;
const mails = (start: string) =>
  stack.mailbox.letters.filter(
    ({ to, subject }) => to === "alerts@example.com" && subject.startsWith(start),
  );
/** The alarm with this logical name. */
const alarmOf = (logical: string) => {
  const found = declared().find((alarm) => alarm.logical === logical);
  if (!found) throw new Error(`the program declares no alarm ${logical}`);
  return found.name;
};

async function turns(alarm: string, state: string): Promise<void> {
  await stack.until(`${alarm} to turn ${state}`, () => stateOf(alarm) === state || undefined);
}

test("tell of a workflow that failed within its minute, by mail, and that it is over", async () => {
  const alarm = alarmOf("monitoring-customers-workflow-failed");
  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("customersWorkflowArn");
  await states.send(new StartExecutionCommand({ stateMachineArn, input: "{}" }));
  const began = stack.clock.now();
  await turns(alarm, "ALARM");
  assert.ok(stack.clock.now() - began <= 130_000, `it took ${stack.clock.now() - began} ms`);
  const [mail] = mails(`ALARM: "${alarm}"`);
  const { Trigger, NewStateValue, AlarmDescription } = JSON.parse(mail?.body ?? "{}");
  assert.is(NewStateValue, "ALARM");
  assert.match(AlarmDescription, /^Workflow customers-workflow: an execution failed\. First: /);
  assert.equal(Trigger.Dimensions, [{ value: stateMachineArn, name: "StateMachineArn" }]);

  await turns(alarm, "OK");
  assert.is(mails(`OK: "${alarm}"`).length, 1);
});

test("tell of a poison message in the dead-letter queue, until it is gone", async () => {
  const alarm = alarmOf("monitoring-orders-dlq-filled");
  const sqs = new SQSClient(stack.aws);
  const QueueUrl = stack.output("ordersQueueUrl");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "not an order" }));
  await turns(alarm, "ALARM");
  const [mail] = mails(`ALARM: "${alarm}"`);
  assert.match(mail?.body ?? "", "npm run dlq -- show --queue orders");

  await sqs.send(new PurgeQueueCommand({ QueueUrl: stack.output("ordersDlqUrl") }));
  await turns(alarm, "OK");
});

test("are on metrics that AWS emits, with dimensions that it emits them with", () => {
  const wrong = declared().flatMap(({ logical, inputs }) => {
    const { namespace, metricName, dimensions } = inputs;
    if (namespace === "OrderProcessingSystem") return [];
    const metric = emittedMetrics[namespace]?.metrics[metricName];
    const names = Object.keys(dimensions).sort();
    const known = metric?.dimensions.some(
      (set) => JSON.stringify([...set].sort()) === JSON.stringify(names),
    );
    return known ? [] : [`${logical}: ${namespace} ${metricName} ${names}`];
  });
  assert.equal(wrong, []);
});

test("exist for every function, queue, workflow, pipe and API of the program", () => {
  const watched = new Set(
    declared().flatMap(({ inputs }) =>
      Object.entries(inputs.dimensions).map(([dimension, value]) => `${dimension} ${value}`),
    ),
  );
  const of: Record<string, (outputs: Record<string, unknown>) => string> = {
    "aws:lambda/function:Function": ({ name }) => `FunctionName ${name}`,
    "aws:sqs/queue:Queue": ({ name }) => `QueueName ${name}`,
    "aws:sfn/stateMachine:StateMachine": ({ arn }) => `StateMachineArn ${arn}`,
    "aws:pipes/pipe:Pipe": ({ name }) => `PipeName ${name}`,
    "aws:apigateway/restApi:RestApi": ({ name }) => `ApiName ${name}`,
    "aws:apigatewayv2/stage:Stage": ({ apiId }) => `ApiId ${apiId}`,
  };
  const unwatched = stack.program.resources
    .filter(({ type }) => type in of)
    .map(({ type, inputs, outputs }) => of[type]?.({ ...inputs, ...outputs }) ?? "")
    .filter((dimension) => !watched.has(dimension));
  assert.equal(unwatched, []);
});

test("fire when their metric exceeds the threshold, and each sends a mail", async () => {
  await stack.clock.advance(10 * 60_000);
  const { metrics } = stack.services.cloudwatch;
  const alarms = declared();
  const before = stack.mailbox.letters.length;
  assert.ok(alarms.length > 50);
  for (let minute = 0; minute < 6; minute++) {
    for (const { inputs } of alarms) {
      const { namespace, metricName, dimensions, threshold } = inputs;
      metrics.record(namespace, metricName, dimensions, threshold + 1);
    }
    await stack.clock.advance(60_000);
  }
  const told = stack.mailbox.letters
    .slice(before)
    .filter(({ to }) => to === "alerts@example.com")
    .map(({ subject }) => /^ALARM: "(.+)" in /.exec(subject)?.[1] ?? "");
  const silent = alarms.map(({ name }) => name).filter((name) => !told.includes(name));
  assert.equal(silent, []);
  assert.ok(told.includes(`${stack.program.project}-dev-orders-stuck`));
});

test.run();
