import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sleep } from "../../src/kernel/clock.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { EventSources } from "../../src/services/event-sources/event-sources.ts";
import { emitStreamMetrics } from "../../src/services/event-sources/metrics.ts";
import type { Environment, Executor, Outcome } from "../../src/services/lambda/executor.ts";
import type { FunctionDefinition } from "../../src/services/lambda/function-definition.ts";
import { emitLambdaMetrics } from "../../src/services/lambda/metrics.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { functionDefinition } from "../support/function-definition.ts";
import { MetricTape, unseenMetrics } from "../support/metric-tape.ts";
import { STREAM, scriptedStream } from "../support/scripted-stream.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("metrics of functions");
const START = Date.UTC(2026, 0, 1);
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:failed";
const failure: Outcome = { error: { errorType: "Boom", errorMessage: "no" } };

/** What every metric of a function is emitted with, each with the same values. */
function everywhere(values: number[]) {
  return { "": values, "FunctionName=fn": values, "FunctionName=fn Resource=fn": values };
}

/** A function that takes `ms` on the virtual clock and answers as the test says. */
function functions(answer: (count: number) => Outcome, more: Partial<FunctionDefinition> = {}) {
  const { kernel, clock } = testKernel();
  let count = 0;
  let ms = 0;
  const executor: Executor = {
    clock,
    start: (): Environment => ({
      logStream: "s",
      ready: Promise.resolve(),
      alive: true,
      run: async () => {
        const outcome = answer(++count);
        if (ms > 0) await sleep(clock, ms);
        return outcome;
      },
      kill: () => {},
    }),
  };
  const lambda = new Lambda(kernel, executor);
  const refused = new ServiceError("AccessDenied", "no", 403);
  const sqs = new ScriptedService("sqs", {
    SendMessage: {
      run: () => {
        throw refused;
      },
    },
  });
  const logs = new ScriptedService("logs", { CreateLogStream: {}, PutLogEvents: {} });
  const stream = scriptedStream(clock);
  kernel.dispatcher.register(lambda, sqs, logs, stream.service);
  lambda.put({ ...functionDefinition, ...more });
  const eventSources = new EventSources(kernel, {
    lambda,
    sqs: new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:1" }),
    onRecords: (arn, wake) => stream.onRecords(arn, wake),
  });
  const tape = new MetricTape();
  const stops = [
    emitLambdaMetrics({ clock, lambda, metrics: tape }),
    emitStreamMetrics(eventSources, tape),
  ];
  const stop = () => {
    for (const end of stops) end();
  };
  const invoke = (InvocationType = "RequestResponse") =>
    kernel.dispatcher.call(
      "lambda",
      "Invoke",
      { FunctionName: "fn", InvocationType, Payload: "{}" },
      { kind: "administrator" },
    );
  const map = (inputs: object) =>
    eventSources.provision({
      urn: "",
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      id: "uuid",
      inputs: { functionName: "fn", eventSourceArn: STREAM, startingPosition: "LATEST", ...inputs },
      outputs: {},
    });
  const takes = (duration: number) => {
    ms = duration;
  };
  return { clock, lambda, tape, stop, invoke, map, stream, takes };
}

test("an invocation counts with zeros for what went well, under the account, the function and its resource", async () => {
  const { tape, invoke } = functions(() => ({ payload: "1" }));
  await invoke();
  assert.equal(tape.of("Invocations"), everywhere([1]));
  assert.equal(tape.of("Errors"), everywhere([0]));
  assert.equal(tape.of("Throttles"), everywhere([0]));
  assert.equal(tape.of("Duration"), everywhere([0]));
  assert.equal(tape.of("ConcurrentExecutions"), everywhere([1]));
  assert.equal(tape.of("UnreservedConcurrentExecutions"), { "": [1] });
});

test("an error counts when the function was invoked, with its duration", async () => {
  const { tape, invoke, takes, clock } = functions(() => failure);
  takes(250);
  await clock.advance(1_000);
  const invoked = invoke();
  await clock.advance(250);
  await invoked;
  assert.equal(tape.of("Errors"), everywhere([1]));
  assert.equal(tape.timesOf("Errors"), everywhere([START + 1_000]));
  assert.equal(tape.of("Duration"), everywhere([250]));
});

test("a timeout is an error that took the whole time", async () => {
  const { tape, invoke, takes, clock } = functions(() => ({ payload: "1" }));
  takes(10_000);
  const invoked = invoke();
  await clock.advance(3_000);
  await invoked;
  assert.equal(tape.of("Errors"), everywhere([1]));
  assert.equal(tape.of("Duration"), everywhere([3_000]));
});

test("invocations at once count how many they are; one that is turned away is a throttle and nothing else", async () => {
  const { tape, invoke, takes, clock } = functions(() => ({ payload: "1" }), {
    reservedConcurrency: 2,
  });
  takes(100);
  const both = [invoke(), invoke()];
  await invoke().then(
    () => assert.unreachable(),
    (error: ServiceError) => assert.is(error.code, "TooManyRequestsException"),
  );
  assert.equal(tape.of("Throttles"), everywhere([1]));
  assert.equal(tape.of("Invocations"), {});
  await clock.advance(100);
  await Promise.all(both);
  assert.equal(tape.of("ConcurrentExecutions"), everywhere([1, 2]));
  assert.equal(tape.of("UnreservedConcurrentExecutions"), { "": [0, 0] });
  assert.equal(tape.of("Throttles"), everywhere([1, 0, 0]));
});

test("an asynchronous event is received once, has its age at each try, and is dropped at last", async () => {
  const { tape, invoke, clock } = functions(() => failure);
  await invoke("Event");
  await clock.advance(180_000);
  assert.equal(tape.of("AsyncEventsReceived"), everywhere([1]));
  assert.equal(tape.of("AsyncEventAge"), everywhere([0, 60_000, 180_000]));
  assert.equal(tape.of("AsyncEventsDropped"), everywhere([1]));
  assert.equal(tape.of("DeadLetterErrors"), {});
});

test("an asynchronous event that succeeds is not dropped", async () => {
  const { tape, invoke, clock } = functions(() => ({ payload: "1" }));
  await invoke("Event");
  await clock.advance(0);
  assert.equal(tape.of("AsyncEventAge"), everywhere([0]));
  assert.equal(tape.of("AsyncEventsDropped"), {});
});

test("a dead-letter queue and a destination that refuse each count", async () => {
  const { tape, lambda, invoke, clock } = functions(() => failure, { deadLetterArn: QUEUE });
  lambda.configureAsync("fn", { retries: 0, maximumAgeSeconds: 60, onFailureArn: QUEUE });
  await invoke("Event");
  await clock.advance(0);
  assert.equal(tape.of("DeadLetterErrors"), everywhere([1]));
  assert.equal(tape.of("DestinationDeliveryFailures"), everywhere([1]));
  assert.equal(tape.of("AsyncEventsDropped"), everywhere([1]));
});

test("a stream's batch has the age of its last record, at each try", async () => {
  const { tape, map, stream, clock } = functions((count) =>
    count > 1 ? { payload: "" } : failure,
  );
  await map({ maximumBatchingWindowInSeconds: 5 });
  stream.write("a");
  await clock.advance(2_000);
  stream.write("b");
  await clock.advance(3_000);
  assert.equal(tape.of("IteratorAge"), everywhere([3_000]));
  await clock.advance(1_000);
  assert.equal(tape.of("IteratorAge"), everywhere([3_000, 4_000]));
});

test("a stream's record that its destination refuses counts", async () => {
  const { tape, map, stream, clock } = functions(() => failure);
  const destinationConfig = { onFailure: { destinationArn: QUEUE } };
  await map({ maximumRetryAttempts: 0, destinationConfig });
  stream.write("a");
  await clock.advance(0);
  assert.equal(tape.of("DestinationDeliveryFailures"), everywhere([1]));
});

test("nothing is reported after it is stopped", async () => {
  const { tape, stop, invoke, clock } = functions(() => ({ payload: "1" }));
  stop();
  await invoke();
  await invoke("Event");
  await clock.advance(0);
  assert.equal(tape.of("Invocations"), {});
  assert.equal(tape.of("AsyncEventsReceived"), {});
});

test("every metric of functions that the table names has been seen", () => {
  assert.equal(unseenMetrics("AWS/Lambda"), []);
});

test.run();
