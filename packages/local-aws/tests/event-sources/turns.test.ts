import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EventSources } from "../../src/services/event-sources/event-sources.ts";
import type { Environment, Executor, Outcome } from "../../src/services/lambda/executor.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { DEFAULT_SETTINGS } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { functionDefinition } from "../support/function-definition.ts";
import { STREAM, scriptedStream } from "../support/scripted-stream.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("event source mappings, on a machine that runs one event at a time");
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:q";
const CAPACITY = {
  background: 1,
  calls: 1,
  starts: 1,
  processes: 4,
  allProcesses: 8,
  extra: 0,
  idleShare: () => 0,
};
const YOU = { kind: "administrator" } as const;

/** A queue and a stream with a function each, whose events end when the test says so. */
async function plumbing() {
  const { kernel, clock } = testKernel();
  const running: { event: string; end(): void }[] = [];
  const executor: Executor = {
    clock,
    start: (): Environment => ({
      logStream: "s",
      ready: Promise.resolve(),
      alive: true,
      run: ({ event }) =>
        new Promise<Outcome>((resolve) => {
          running.push({ event, end: () => resolve({ payload: "" }) });
        }),
      kill: () => {},
    }),
  };
  const lambda = new Lambda(kernel, executor, { capacity: CAPACITY });
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:1" });
  const stream = scriptedStream(clock);
  const logs = new ScriptedService("logs", { CreateLogStream: {}, PutLogEvents: {} });
  kernel.dispatcher.register(lambda, sqs, logs, stream.service);
  sqs.createQueue("q", DEFAULT_SETTINGS);
  // Nothing takes so long here that its place goes to others.
  for (const name of ["busy", "of-queue", "of-stream"]) {
    const arn = functionDefinition.arn.replace(/fn$/, name);
    lambda.put({ ...functionDefinition, name, arn, timeoutSeconds: 30 });
  }
  const sources = new EventSources(kernel, {
    lambda,
    sqs,
    onRecords: (arn, wake) => stream.onRecords(arn, wake),
  });
  const map = (functionName: string, inputs: object) =>
    sources.provision({
      urn: "",
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      id: functionName,
      inputs: { functionName, ...inputs },
      outputs: {},
    });
  await map("of-queue", { eventSourceArn: QUEUE });
  await map("of-stream", { eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON" });
  const send = (...bodies: string[]) =>
    Promise.all(
      bodies.map((MessageBody) =>
        kernel.dispatcher.call("sqs", "SendMessage", { QueueUrl: "x/q", MessageBody }, YOU),
      ),
    );
  const invoke = (FunctionName: string, InvocationType = "Event") =>
    kernel.dispatcher.call("lambda", "Invoke", { FunctionName, InvocationType }, YOU);
  return { clock, sqs, stream, running, sources, send, invoke };
}

function recordsOf({ event }: { event: string }): Record<string, unknown>[] {
  return JSON.parse(event).Records;
}

test("messages stay in the queue, visible, until they can run", async () => {
  const { clock, sqs, running, send, invoke } = await plumbing();
  await invoke("busy");
  await clock.advance(0);
  await send("a", "b");
  await clock.advance(100);
  assert.is(running.length, 1);
  const waiting = sqs.stats("q");
  assert.equal([waiting?.visible, waiting?.notVisible], [2, 0]);
  running[0]?.end();
  await clock.advance(0);
  const bodies = running.slice(1).map((it) => recordsOf(it).map(({ body }) => body));
  assert.equal(bodies, [["a", "b"]]);
  const taken = sqs.stats("q");
  assert.equal([taken?.visible, taken?.notVisible], [0, 2]);
});

test("an empty queue takes no turn from others", async () => {
  const { clock, running, send, invoke } = await plumbing();
  await send("a");
  await clock.advance(0);
  running[0]?.end();
  await clock.advance(0);
  await invoke("busy");
  await clock.advance(0);
  assert.is(running.length, 2);
});

test("records join a batch for as long as it waits", async () => {
  const { clock, stream, running, invoke } = await plumbing();
  await invoke("busy");
  await clock.advance(0);
  stream.write("a");
  await clock.advance(50);
  stream.write("b");
  await clock.advance(50);
  running[0]?.end();
  await clock.advance(0);
  assert.is(running.length, 2);
  assert.is(recordsOf(running[1] ?? { event: "{}" }).length, 2);
});

test("a hundred asynchronous events of one function hold up what waits for others by one event", async () => {
  const { clock, running, send, invoke } = await plumbing();
  for (let n = 0; n < 100; n++) await invoke("busy");
  await clock.advance(0);
  await send("a");
  await clock.advance(0);
  for (let n = 0; n < 3; n++) {
    running[n]?.end();
    await clock.advance(0);
  }
  const which = running.map(({ event }) => (event.includes("Records") ? "queue" : "event"));
  assert.equal(which, ["event", "event", "queue", "event"]);
});

test("a mapping that is stopped while it waits leaves its messages where they are", async () => {
  const { clock, sqs, sources, running, send, invoke } = await plumbing();
  await invoke("busy");
  await clock.advance(0);
  await send("a");
  await clock.advance(0);
  sources.stop();
  running[0]?.end();
  await clock.advance(1_000);
  assert.is(running.length, 1);
  assert.is(sqs.stats("q")?.visible, 1);
});

test.run();
