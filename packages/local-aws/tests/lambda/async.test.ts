import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AsyncSettings, asyncSettings } from "../../src/services/lambda/async-settings.ts";
import type { Environment, Executor, Outcome } from "../../src/services/lambda/executor.ts";
import type { FunctionDefinition } from "../../src/services/lambda/function-definition.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { FUNCTION_ARN, functionDefinition } from "../support/function-definition.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("Lambda, asynchronous events");
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:failed";
const failure = { errorType: "Boom", errorMessage: "no" };

function lambdaWith(
  answer: (count: number) => Outcome,
  options: {
    settings?: AsyncSettings;
    definition?: Partial<FunctionDefinition>;
    failedStarts?: number;
  } = {},
) {
  const { kernel, clock, notable } = testKernel();
  let count = 0;
  const environment: Environment = {
    logStream: "s",
    ready: Promise.resolve(),
    alive: true,
    run: async () => answer(++count),
    kill: () => {},
  };
  let starts = 0;
  const executor: Executor = {
    start() {
      if (++starts <= (options.failedStarts ?? 0)) throw new Error("no process can be started");
      return environment;
    },
  };
  const lambda = new Lambda(kernel, executor);
  const sqs = new ScriptedService("sqs", { SendMessage: {} });
  const events = new ScriptedService("events", {
    PutEvents: { run: () => ({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] }) },
  });
  const logs = new ScriptedService("logs", { CreateLogStream: {}, PutLogEvents: {} });
  kernel.dispatcher.register(lambda, sqs, events, logs);
  lambda.put({ ...functionDefinition, ...options.definition });
  if (options.settings) lambda.configureAsync("fn", options.settings);
  const send = () =>
    kernel.dispatcher.call(
      "lambda",
      "Invoke",
      { FunctionName: "fn", InvocationType: "Event", Payload: '{"n":1}' },
      { kind: "administrator" },
      "request-1",
    );
  return { lambda, clock, sqs, events, send, notable, calls: () => count };
}

test("an event is accepted at once and run once", async () => {
  const { send, clock, calls, lambda } = lambdaWith(() => ({ payload: "null" }));
  assert.equal(await send(), { StatusCode: 202, Payload: "" });
  await clock.advance(600_000);
  assert.is(calls(), 1);
  assert.is(lambda.pendingEvents, 0);
});

test("a failed event is tried again after one minute and after two more, then handed to its destination", async () => {
  const settings = { retries: 2, maximumAgeSeconds: 21_600, onFailureArn: QUEUE };
  const { send, clock, calls, sqs, lambda } = lambdaWith(() => ({ error: failure }), { settings });
  await send();
  await clock.advance(59_999);
  assert.is(calls(), 1);
  await clock.advance(1);
  assert.is(calls(), 2);
  await clock.advance(119_999);
  assert.is(calls(), 2);
  await clock.advance(1);
  assert.is(calls(), 3);
  assert.is(lambda.pendingEvents, 0);

  const [message] = sqs.inputsOf("SendMessage");
  assert.is(message?.["QueueUrl"], "http://127.0.0.1/000000000000/failed");
  const record = JSON.parse(String(message?.["MessageBody"]));
  assert.equal(record.requestContext, {
    requestId: "request-1",
    functionArn: `${FUNCTION_ARN}:$LATEST`,
    condition: "RetriesExhausted",
    approximateInvokeCount: 3,
  });
  assert.equal(record.requestPayload, { n: 1 });
  assert.equal(record.responsePayload, failure);
});

test("a dead-letter queue gets the bare event with the error as attributes", async () => {
  const { send, clock, sqs } = lambdaWith(() => ({ error: failure }), {
    definition: { deadLetterArn: QUEUE },
  });
  await send();
  await clock.advance(180_000);
  const [message] = sqs.inputsOf("SendMessage");
  assert.is(message?.["MessageBody"], '{"n":1}');
  assert.equal(message?.["MessageAttributes"], {
    RequestID: { DataType: "String", StringValue: "request-1" },
    ErrorCode: { DataType: "Number", StringValue: "200" },
    ErrorMessage: { DataType: "String", StringValue: "no" },
  });
});

test("an event that succeeds on its second try goes nowhere else", async () => {
  const { send, clock, calls, sqs } = lambdaWith(
    (count) => (count === 1 ? { error: failure } : { payload: "1" }),
    { definition: { deadLetterArn: QUEUE } },
  );
  await send();
  await clock.advance(600_000);
  assert.is(calls(), 2);
  assert.equal(sqs.inputsOf("SendMessage"), []);
});

test("an event that would grow too old is given up", async () => {
  const settings = { retries: 2, maximumAgeSeconds: 100, onFailureArn: QUEUE };
  const { send, clock, calls, sqs } = lambdaWith(() => ({ error: failure }), { settings });
  await send();
  await clock.advance(600_000);
  assert.is(calls(), 2);
  const record = JSON.parse(String(sqs.inputsOf("SendMessage")[0]?.["MessageBody"]));
  assert.is(record.requestContext.condition, "EventAgeExceeded");
});

test("a failed event without a destination is dropped, and that is said", async () => {
  const { send, clock, notable } = lambdaWith(() => ({ error: failure }));
  await send();
  await clock.advance(180_000);
  assert.is(notable().at(-1), "lambda:drop failed");
});

test("one event bus gets successes and failures as events of its own kind", async () => {
  const bus = "arn:aws:events:eu-central-1:000000000000:event-bus/results";
  const settings = { retries: 0, maximumAgeSeconds: 60, onFailureArn: bus, onSuccessArn: bus };
  const { send, clock, events } = lambdaWith(
    (count) => (count === 1 ? { payload: '{"ok":true}' } : { error: failure }),
    { settings },
  );
  await send();
  await clock.advance(0);
  await send();
  await clock.advance(0);
  const [success, failed] = events
    .inputsOf("PutEvents")
    .map(({ Entries }) => (Entries as Record<string, unknown>[])[0] ?? {});
  assert.is(success?.["EventBusName"], bus);
  assert.is(success?.["Source"], "lambda");
  assert.is(success?.["DetailType"], "Lambda Function Invocation Result - Success");
  assert.equal(success?.["Resources"], [bus, `${FUNCTION_ARN}:$LATEST`]);
  assert.equal(JSON.parse(String(success?.["Detail"])).responsePayload, { ok: true });
  assert.is(failed?.["DetailType"], "Lambda Function Invocation Result - Failure");
  assert.equal(JSON.parse(String(failed?.["Detail"])).responsePayload, failure);
});

test("a destination and a dead-letter queue both hear of a failure", async () => {
  const settings = { retries: 0, maximumAgeSeconds: 60, onFailureArn: QUEUE };
  const letters = "arn:aws:sqs:eu-central-1:000000000000:letters";
  const { send, clock, sqs } = lambdaWith(() => ({ error: failure }), {
    settings,
    definition: { deadLetterArn: letters },
  });
  await send();
  await clock.advance(0);
  assert.equal(
    sqs.inputsOf("SendMessage").map(({ QueueUrl }) => QueueUrl),
    ["http://127.0.0.1/000000000000/failed", "http://127.0.0.1/000000000000/letters"],
  );
});

test("an event for a function that is switched off fails without a retry", async () => {
  const { send, clock, sqs, calls, lambda } = lambdaWith(() => ({ payload: "1" }), {
    definition: { deadLetterArn: QUEUE, reservedConcurrency: 0 },
  });
  await send();
  await clock.advance(0);
  assert.is(calls(), 0);
  assert.is(lambda.pendingEvents, 0);
  const [letter] = sqs.inputsOf("SendMessage");
  assert.equal(
    (letter?.["MessageAttributes"] as Record<string, unknown> | undefined)?.["ErrorCode"],
    {
      DataType: "Number",
      StringValue: "429",
    },
  );
});

test("throttled events wait longer each time, up to five minutes, and count as no failure", async () => {
  let busy = true;
  const { kernel, clock } = testKernel();
  const environment: Environment = {
    logStream: "s",
    ready: Promise.resolve(),
    alive: true,
    run: () =>
      new Promise((resolve) => clock.after(busy ? 2_000_000 : 0, () => resolve({ payload: "1" }))),
    kill: () => {},
  };
  const lambda = new Lambda(kernel, { clock, start: () => environment });
  kernel.dispatcher.register(lambda);
  lambda.put({ ...functionDefinition, reservedConcurrency: 1, timeoutSeconds: 10_000 });
  const tries: number[] = [];
  const done: number[] = [];
  const start = clock.now();
  lambda.onInvocationEnded(({ throttled }) =>
    (throttled ? tries : done).push((clock.now() - start) / 1000),
  );
  const send = () =>
    kernel.dispatcher.call(
      "lambda",
      "Invoke",
      { FunctionName: "fn", InvocationType: "Event" },
      { kind: "administrator" },
    );
  await send();
  await clock.advance(0);
  busy = false;
  await send();
  await clock.advance(1_500_000);
  assert.equal(tries, [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111, 1411]);
  assert.is(lambda.pendingEvents, 2);
  await clock.advance(1_000_000);
  assert.equal(done, [2000, 2011]);
  assert.is(lambda.pendingEvents, 0);
});

test("an event that cannot be run for want of an environment is tried again after a second", async () => {
  const { send, clock, calls, lambda } = lambdaWith(() => ({ payload: "1" }), { failedStarts: 2 });
  await send();
  await clock.advance(2999);
  assert.is(calls(), 0);
  await clock.advance(1);
  assert.is(calls(), 1);
  assert.is(lambda.pendingEvents, 0);
});

test("a destination that refuses the record is named, and the event still comes to its end", async () => {
  const settings = { retries: 0, maximumAgeSeconds: 60, onFailureArn: "arn:aws:sns:x:y:none" };
  const { send, clock, notable, lambda } = lambdaWith(() => ({ error: failure }), { settings });
  await send();
  await clock.advance(0);
  assert.is(notable().at(-1), "lambda:drop failed");
  assert.is(lambda.pendingEvents, 0);
});

for (const [why, inputs, message] of [
  ["three retries", { maximumRetryAttempts: 3 }, /^config: maximumRetryAttempts 3 must be/],
  ["half a minute", { maximumEventAgeInSeconds: 30 }, /^config: maximumEventAgeInSeconds 30 must/],
  [
    "a bucket as destination",
    { destinationConfig: { onFailure: { destination: "arn:aws:s3:::bucket" } } },
    /^config: arn:aws:s3:::bucket cannot be a destination/,
  ],
] as const) {
  test(`settings with ${why} are refused by name`, () => {
    const resource = { urn: "", type: "", name: "config", id: "fn", inputs, outputs: {} };
    assert.throws(() => asyncSettings(resource), message);
  });
}

test.run();
