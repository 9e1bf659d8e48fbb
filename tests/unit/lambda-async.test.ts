import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AsyncSettings } from "../../local/lambda/async-settings.ts";
import type { Environment, Executor, Outcome } from "../../local/lambda/executor.ts";
import type { FunctionDefinition } from "../../local/lambda/function-definition.ts";
import { Lambda } from "../../local/lambda/service.ts";
import { ScriptedService } from "../support/scripted-service.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("Lambda, asynchronous events");
const ARN = "arn:aws:lambda:eu-central-1:000000000000:function:fn";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:failed";
const failure = { errorType: "Boom", errorMessage: "no" };

const definition: FunctionDefinition = {
  name: "fn",
  arn: ARN,
  description: "",
  roleArn: ROLE,
  handler: "index.handler",
  code: { hash: "h", files: { "index.mjs": "" } },
  timeoutSeconds: 3,
  memoryMegabytes: 128,
  environment: {},
  architectures: [],
  logFormat: "JSON",
  logLevel: "INFO",
  systemLogLevel: "WARN",
  logGroup: "/aws/lambda/fn",
  tracing: "PassThrough",
};

function lambdaWith(
  answer: (count: number) => Outcome,
  options: { settings?: AsyncSettings; definition?: Partial<FunctionDefinition> } = {},
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
  const executor: Executor = { start: () => environment };
  const lambda = new Lambda(kernel, executor);
  const sqs = new ScriptedService("sqs", { SendMessage: {} });
  const logs = new ScriptedService("logs", { CreateLogStream: {}, PutLogEvents: {} });
  kernel.dispatcher.register(lambda, sqs, logs);
  lambda.put({ ...definition, ...options.definition });
  if (options.settings) lambda.configureAsync("fn", options.settings);
  const send = () =>
    kernel.dispatcher.call(
      "lambda",
      "Invoke",
      { FunctionName: "fn", InvocationType: "Event", Payload: '{"n":1}' },
      { kind: "administrator" },
      "request-1",
    );
  return { lambda, clock, sqs, send, notable, calls: () => count };
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
    functionArn: `${ARN}:$LATEST`,
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

test.run();
