import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { provisionPipe } from "../../src/services/pipes/provision.ts";
import { Pipes } from "../../src/services/pipes/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { SHARD, STREAM, scriptedStream, sequenceNumber } from "../support/scripted-stream.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("pipes");

const BUS = "arn:aws:events:eu-central-1:000000000000:event-bus/default";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:orders";
const DLQ = "arn:aws:sqs:eu-central-1:000000000000:dlq";
const PIPE = "arn:aws:pipes:eu-central-1:000000000000:pipe/p";
const ID = '{"id": <$.dynamodb.NewImage.id.S>}';

type Entries = { Detail: string; Id: string; MessageBody: string }[];

/** A pipe from a scripted stream to scripted targets. */
function plumbing(services: ScriptedService[] = []) {
  const test = testKernel();
  const { kernel, clock } = test;
  const stream = scriptedStream(clock);
  const events = new ScriptedService("events", {
    PutEvents: {
      needs: () => [{ action: "events:PutEvents", resource: BUS }],
      run: ({ Entries }) => ({ Entries: (Entries as Entries).map(() => ({ EventId: "1" })) }),
    },
  });
  const sqs = new ScriptedService("sqs", { SendMessage: {}, SendMessageBatch: {} });
  const lines: string[] = [];
  const pipes = new Pipes(kernel, {
    onRecords: stream.onRecords,
    log: (group, line) => lines.push(`${group} ${JSON.parse(line).messageType}`),
  });
  kernel.dispatcher.register(pipes, stream.service, events, sqs, ...services);
  const pipe = (
    parameters: {
      stream?: object;
      filters?: string[];
      target?: object;
      inputTemplate?: string;
    } = {},
    inputs: object = {},
  ) => {
    const { stream: streamParameters, filters = [], target = {}, inputTemplate = ID } = parameters;
    const resource: RecordedResource = {
      urn: "urn:p",
      type: "aws:pipes/pipe:Pipe",
      name: "customer-pipe",
      id: "p",
      inputs: {
        roleArn: ROLE,
        source: STREAM,
        sourceParameters: {
          dynamodbStreamParameters: { startingPosition: "LATEST", ...streamParameters },
          filterCriteria: { filters: filters.map((pattern) => ({ pattern })) },
        },
        target: BUS,
        targetParameters: { inputTemplate, ...target },
        ...inputs,
      },
      outputs: { name: "p", arn: PIPE },
    };
    return provisionPipe(pipes, resource);
  };
  const call = <Output = Record<string, unknown>>(
    operation: string,
    input: object = { Name: "p" },
  ) => kernel.dispatcher.call<Output>("pipes", operation, input, { kind: "administrator" });
  /** The details of each PutEvents call, each as its ids. */
  const put = (service = events) =>
    service
      .inputsOf("PutEvents")
      .map(({ Entries }) => (Entries as Entries).map((one) => JSON.parse(one.Detail).id).join(" "));
  return { ...test, stream, events, sqs, pipes, pipe, call, put, lines };
}

/** A bus that refuses the entries of some ids while `during` says so. */
function pickyBus(refused: string[], during: (count: number) => boolean = () => true) {
  return new ScriptedService("events", {
    PutEvents: {
      run: ({ Entries }, count) => ({
        Entries: (Entries as Entries).map(({ Detail }) =>
          during(count) && refused.includes(JSON.parse(Detail).id)
            ? { ErrorCode: "InternalFailure", ErrorMessage: "try again" }
            : { EventId: "1" },
        ),
      }),
    },
  });
}

test("a write reaches the bus in the pipe's role without any time passing", async () => {
  const { pipe, stream, events, clock, put, hops } = plumbing();
  stream.write("before");
  await pipe({
    target: {
      eventbridgeEventBusParameters: { source: "customer.api", detailType: "CustomerCreated" },
    },
  });
  stream.write("c-1");
  await clock.advance(0);
  assert.equal(put(), ["c-1"]);
  const [call] = events.calls;
  assert.equal(call?.caller, { kind: "role", roleArn: ROLE, sessionName: "p" });
  assert.equal(call?.input["Entries"], [
    {
      EventBusName: BUS,
      Source: "customer.api",
      DetailType: "CustomerCreated",
      Detail: '{"id": "c-1"}',
    },
  ]);
  assert.equal(
    [...new Set(hops.map(({ from, kind, decision }) => `${from} ${kind} ${decision}`))],
    [
      "worker dynamodb:DescribeStream allowed",
      "worker dynamodb:GetShardIterator allowed",
      "worker dynamodb:GetRecords allowed",
      "worker events:PutEvents allowed",
    ],
  );
});

test("an idle pipe makes no calls", async () => {
  const { pipe, stream, clock } = plumbing();
  await pipe();
  await clock.advance(0);
  const calls = stream.service.calls.length;
  await clock.advance(86_400_000);
  assert.is(stream.service.calls.length, calls);
});

test("TRIM_HORIZON starts with what the stream still has", async () => {
  const { pipe, stream, clock, put } = plumbing();
  stream.write("a", "b");
  await pipe({ stream: { startingPosition: "TRIM_HORIZON" } });
  await clock.advance(0);
  assert.equal(put(), ["a b"]);
});

test("an iterator that expired while the table was quiet loses and repeats nothing", async () => {
  const { pipe, stream, clock, put } = plumbing();
  stream.write("before");
  await clock.advance(5_000);
  await pipe();
  await clock.advance(3_600_000);
  stream.expireIterators();
  stream.write("a");
  await clock.advance(0);
  stream.expireIterators();
  stream.write("b");
  await clock.advance(0);
  assert.equal(put(), ["a", "b"]);
});

test("filters drop records and each event of a batch is transformed on its own", async () => {
  const { pipe, stream, clock, put } = plumbing();
  await pipe({
    filters: ['{"eventName":["INSERT"]}', '{"dynamodb":{"Keys":{"id":{"S":["gone-2"]}}}}'],
  });
  stream.write("a", "gone-1", "gone-2", "b");
  await clock.advance(0);
  assert.equal(put(), ["a gone-2 b"]);
});

test("without settings the bus sees the whole record under AWS's default names", async () => {
  const { pipe, stream, clock, events } = plumbing();
  await pipe({}, { targetParameters: undefined });
  stream.write("a");
  await clock.advance(0);
  const [entry] = (events.inputsOf("PutEvents")[0]?.["Entries"] ?? []) as Record<string, string>[];
  assert.is(entry?.["Source"], "Pipe p");
  assert.is(entry?.["DetailType"], "Event from aws:dynamodb");
  const record = JSON.parse(entry?.["Detail"] ?? "");
  assert.is(record.eventSourceARN, STREAM);
  assert.equal(record.dynamodb.Keys, { id: { S: "a" } });
});

test("settings of the bus may point into the record", async () => {
  const { pipe, stream, clock, events } = plumbing();
  const eventbridgeEventBusParameters = {
    detailType: "$.eventName",
    source: "shop",
    resources: ["$.dynamodb.Keys.id.S", "arn:x"],
    time: "$.dynamodb.ApproximateCreationDateTime",
  };
  await pipe({ target: { eventbridgeEventBusParameters } });
  stream.write("a");
  await clock.advance(0);
  const [entry] = (events.inputsOf("PutEvents")[0]?.["Entries"] ?? []) as Record<string, unknown>[];
  assert.equal(entry, {
    EventBusName: BUS,
    Source: "shop",
    DetailType: "INSERT",
    Detail: '{"id": "a"}',
    Resources: ["a", "arn:x"],
    Time: 1_767_225_600,
  });
});

test("batches keep to the batch size, and requests to ten entries", async () => {
  const { pipe, stream, clock, put } = plumbing();
  await pipe({ stream: { batchSize: 12 } });
  stream.write(...Array.from({ length: 15 }, (_, index) => String(index)));
  await clock.advance(0);
  assert.equal(put(), ["0 1 2 3 4 5 6 7 8 9", "10 11", "12 13 14"]);
});

test("a batching window waits for more, but not when the batch is full", async () => {
  const { pipe, stream, clock, put } = plumbing();
  await pipe({ stream: { batchSize: 3, maximumBatchingWindowInSeconds: 10 } });
  stream.write("a");
  await clock.advance(5_000);
  stream.write("b");
  await clock.advance(4_999);
  assert.equal(put(), []);
  await clock.advance(1);
  assert.equal(put(), ["a b"]);
  stream.write("c", "d", "e");
  await clock.advance(0);
  assert.equal(put(), ["a b", "c d e"]);
});

test("entries that the bus refused come again, with those after them, before anything later", async () => {
  const bus = pickyBus(["b"], (count) => count < 3);
  const { pipe, stream, clock, put, notable } = plumbing([bus]);
  await pipe();
  stream.write("a", "b", "c");
  await clock.advance(0);
  stream.write("d");
  await clock.advance(2_999);
  assert.equal(put(bus), ["a b c", "b c"]);
  await clock.advance(1);
  assert.equal(put(bus), ["a b c", "b c", "b c", "d"]);
  assert.equal(notable(), ["pipes:retry failed", "pipes:retry failed"]);
});

test("a denied hop is visible and retried, so that granting it is what helps", async () => {
  const { pipe, stream, clock, put, deny, hops } = plumbing();
  deny("events:PutEvents");
  await pipe();
  stream.write("a");
  await clock.advance(60_000);
  assert.equal(put(), []);
  const seen = hops.filter(({ decision }) => decision !== "allowed").slice(0, 2);
  assert.equal(
    seen.map(({ from, to, kind, decision }) => ({ from, to, kind, decision })),
    [
      { from: "worker", to: BUS, kind: "events:PutEvents", decision: "denied" },
      { from: "p", to: BUS, kind: "pipes:retry", decision: "failed" },
    ],
  );
  deny();
  await clock.advance(60_000);
  assert.equal(put(), ["a"]);
});

for (const action of ["DescribeStream", "GetShardIterator", "ListStreams"]) {
  test(`a pipe whose role lacks ${action} does not start until it is granted`, async () => {
    const { pipe, stream, clock, put, deny, notable, call } = plumbing();
    deny(`dynamodb:${action}`);
    await pipe();
    const { CurrentState, StateReason } = await call("DescribePipe");
    assert.is(CurrentState, "START_FAILED");
    assert.match(
      String(StateReason),
      `not authorized to perform: dynamodb:${action} on resource: ${STREAM}`,
    );
    assert.equal(notable(), [`dynamodb:${action} denied`, "pipes:read failed"]);
    deny();
    await clock.advance(1_000);
    assert.is((await call("DescribePipe"))["CurrentState"], "RUNNING");
    stream.write("a");
    await clock.advance(0);
    assert.equal(put(), ["a"]);
  });
}

test("a pipe whose role lacks GetRecords reads on from its place once it is granted", async () => {
  const { pipe, stream, clock, put, deny, notable } = plumbing();
  deny("dynamodb:GetRecords");
  await pipe();
  stream.write("a");
  await clock.advance(100);
  assert.equal(notable().slice(0, 2), ["dynamodb:GetRecords denied", "pipes:read failed"]);
  deny();
  await clock.advance(30_000);
  assert.equal(put(), ["a"]);
});

test("after its retries a batch is given up with its place only, and the next one follows", async () => {
  const bus = pickyBus(["b"]);
  const { pipe, stream, clock, put, sqs, notable } = plumbing([bus]);
  await pipe({ stream: { maximumRetryAttempts: 1, deadLetterConfig: { arn: DLQ }, batchSize: 3 } });
  stream.write("a", "b", "c", "d");
  await clock.advance(1_000);
  assert.equal(put(bus), ["a b c", "b c", "d"]);
  assert.equal(sqs.calls[0]?.caller, { kind: "role", roleArn: ROLE, sessionName: "p" });
  const [{ QueueUrl, MessageBody } = {}] = sqs.inputsOf("SendMessage");
  assert.is(QueueUrl, "http://127.0.0.1/000000000000/dlq");
  assert.equal(JSON.parse(String(MessageBody)), {
    context: { partnerResourceArn: PIPE, condition: "RetryAttemptsExhausted" },
    version: "1.0",
    timestamp: "2026-01-01T00:00:01.000Z",
    DDBStreamBatchInfo: {
      shardId: SHARD,
      startSequenceNumber: sequenceNumber(2),
      endSequenceNumber: sequenceNumber(3),
      approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
      approximateArrivalOfLastRecord: "2026-01-01T00:00:00Z",
      batchSize: 2,
      streamArn: STREAM,
    },
  });
  assert.equal(notable(), ["pipes:retry failed", "pipes:dead-letter failed"]);
});

test("AUTOMATIC_BISECT gives up only the record that fails", async () => {
  const bus = pickyBus(["c"]);
  const { pipe, stream, clock, put, sqs } = plumbing([bus]);
  await pipe({
    stream: {
      maximumRetryAttempts: 0,
      onPartialBatchItemFailure: "AUTOMATIC_BISECT",
      deadLetterConfig: { arn: DLQ },
    },
  });
  stream.write("a", "b", "c", "d", "e");
  await clock.advance(60_000);
  assert.equal(put(bus), ["a b c d e", "c d", "c", "d", "e"]);
  const bodies = sqs.inputsOf("SendMessage").map((one) => JSON.parse(String(one["MessageBody"])));
  assert.equal(
    bodies.map((body) => body.DDBStreamBatchInfo.startSequenceNumber),
    [sequenceNumber(3)],
  );
});

test("records that grow too old are given up, and without a queue that is said aloud", async () => {
  const { pipe, stream, clock, put, deny, notable } = plumbing();
  deny("events:PutEvents");
  await pipe({ stream: { maximumRecordAgeInSeconds: 60 } });
  stream.write("a");
  await clock.advance(200_000);
  assert.is(notable().at(-1), "pipes:drop failed");
  deny();
  stream.write("b");
  await clock.advance(0);
  assert.equal(put(), ["b"]);
});

test("changes of one item keep their order while others pass on their own lane", async () => {
  const bus = pickyBus(["a"], (count) => count < 3);
  const { pipe, stream, clock, put } = plumbing([bus]);
  await pipe({ stream: { parallelizationFactor: 10, batchSize: 1 } });
  stream.write("a", "b", "c");
  await clock.advance(10_000);
  assert.equal(put(bus).filter((ids) => ids === "a").length > 1, true);
  assert.ok(put(bus).indexOf("b") < put(bus).lastIndexOf("a"));
  assert.ok(put(bus).indexOf("c") < put(bus).lastIndexOf("a"));
});

test("a queue gets one message per event, and entries that failed come again", async () => {
  const sqs = new ScriptedService("sqs", {
    SendMessageBatch: {
      run: (_, count) =>
        count === 1 ? { Failed: [{ Id: "1", Code: "InternalError", Message: "again" }] } : {},
    },
  });
  const { pipe, stream, clock } = plumbing([sqs]);
  await pipe({}, { target: QUEUE });
  stream.write("a", "b");
  await clock.advance(1_000);
  const entry = (Id: string, id: string) => ({ Id, MessageBody: `{"id": "${id}"}` });
  const QueueUrl = "http://127.0.0.1/000000000000/orders";
  assert.equal(sqs.inputsOf("SendMessageBatch"), [
    { QueueUrl, Entries: [entry("0", "a"), entry("1", "b")] },
    { QueueUrl, Entries: [entry("0", "b")] },
  ]);
});

test("a state machine gets the batch as one list", async () => {
  const states = new ScriptedService("states", { StartExecution: {} });
  const { pipe, stream, clock } = plumbing([states]);
  const machine = "arn:aws:states:eu-central-1:000000000000:stateMachine:m";
  const stepFunctionStateMachineParameters = { invocationType: "FIRE_AND_FORGET" };
  await pipe({ target: { stepFunctionStateMachineParameters } }, { target: machine });
  stream.write("a", "b");
  await clock.advance(0);
  assert.equal(states.inputsOf("StartExecution"), [
    { stateMachineArn: machine, input: '[{"id": "a"},{"id": "b"}]' },
  ]);
});

test("a stopped pipe holds its place and goes on from there", async () => {
  const { pipe, stream, clock, put, call } = plumbing();
  await pipe();
  stream.write("a");
  await clock.advance(0);
  assert.is((await call("StopPipe"))["CurrentState"], "STOPPED");
  stream.write("b");
  await clock.advance(60_000);
  assert.equal(put(), ["a"]);
  assert.is((await call("StartPipe"))["CurrentState"], "RUNNING");
  await clock.advance(0);
  assert.equal(put(), ["a", "b"]);
});

test("a stopped pipe does not retry either", async () => {
  const { pipe, stream, clock, put, call, deny } = plumbing();
  deny("events:PutEvents");
  await pipe();
  stream.write("a");
  await clock.advance(0);
  await call("StopPipe");
  deny();
  await clock.advance(60_000);
  assert.equal(put(), []);
  await call("StartPipe");
  await clock.advance(0);
  assert.equal(put(), ["a"]);
});

test("a blocked pipe reads no more than one batch ahead", async () => {
  const { pipe, stream, clock, put, deny } = plumbing();
  deny("events:PutEvents");
  await pipe({ stream: { batchSize: 2 } });
  for (let index = 0; index < 20; index++) stream.write(`${index}`);
  await clock.advance(600);
  assert.ok(stream.service.inputsOf("GetRecords").length < 8);
  deny();
  await clock.advance(600);
  assert.equal(put().join(" ").split(" ").length, 20);
});

test("a pipe that is declared stopped starts on StartPipe", async () => {
  const { pipe, stream, clock, put, call } = plumbing();
  await pipe({}, { desiredState: "STOPPED" });
  stream.write("a");
  await clock.advance(0);
  assert.equal(stream.service.calls, []);
  await call("StartPipe");
  stream.write("b");
  await clock.advance(0);
  assert.equal(put(), ["b"]);
});

test("stopping the service ends reading and retries", async () => {
  const { pipe, stream, clock, pipes, deny, hops } = plumbing();
  deny("events:PutEvents");
  await pipe();
  stream.write("a");
  await clock.advance(0);
  pipes.stop();
  const before = hops.length;
  stream.write("b");
  await clock.advance(3_600_000);
  assert.is(hops.length, before);
  assert.is(stream.readers, 0);
});

test("pipes can be listed and described", async () => {
  const { pipe, call } = plumbing();
  await pipe({ stream: { batchSize: 5 } });
  const { Pipes: listed } = await call<{ Pipes: Record<string, unknown>[] }>("ListPipes", {});
  assert.equal(JSON.parse(JSON.stringify(listed)), [
    {
      Name: "p",
      Arn: PIPE,
      Source: STREAM,
      Target: BUS,
      DesiredState: "RUNNING",
      CurrentState: "RUNNING",
      CreationTime: 1_767_225_600,
      LastModifiedTime: 1_767_225_600,
    },
  ]);
  const none = await call<{ Pipes: object[] }>("ListPipes", { NamePrefix: "x" });
  assert.equal(none.Pipes, []);
  const described = await call("DescribePipe");
  assert.equal(described["TargetParameters"], { InputTemplate: ID });
  assert.is(described["RoleArn"], ROLE);
  try {
    await call("DescribePipe", { Name: "x" });
    assert.unreachable();
  } catch (error) {
    assert.is((error as ServiceError).code, "NotFoundException");
  }
});

test("a pipe logs its runs from its level on", async () => {
  const { pipe, stream, clock, lines, deny } = plumbing();
  const logConfiguration = {
    level: "ERROR",
    cloudwatchLogsLogDestination: { logGroupArn: "arn:g" },
  };
  await pipe({}, { logConfiguration });
  stream.write("a");
  await clock.advance(0);
  assert.equal(lines, []);
  deny("events:PutEvents");
  stream.write("b");
  await clock.advance(0);
  assert.equal(lines, ["arn:g ExecutionFailed"]);
});

test("what AWS refuses at deploy time, or this runtime does, names the resource", async () => {
  const { pipe } = plumbing();
  const refusal = async (...[parameters, inputs]: Parameters<typeof pipe>) => {
    try {
      await pipe(parameters, inputs);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const cases: [RegExp, ...Parameters<typeof pipe>][] = [
    [
      /role\/none' cannot be assumed by principal 'pipes/,
      {},
      { roleArn: "arn:aws:iam::0:role/none" },
    ],
    [/startingPosition is undefined; set LATEST/, { stream: { startingPosition: undefined } }],
    [/batchSize is 0; allowed are 1 to 10000$/, { stream: { batchSize: 0 } }],
    [
      /maximumRecordAgeInSeconds is 30; set -1 or 60\+$/,
      { stream: { maximumRecordAgeInSeconds: 30 } },
    ],
    [/onPartialBatchItemFailure is HALF;/, { stream: { onPartialBatchItemFailure: "HALF" } }],
    [/deadLetterConfig.arn arn:x is neither/, { stream: { deadLetterConfig: { arn: "arn:x" } } }],
    [/Event pattern is not valid/, { filters: ["{}"] }],
    [/at most 5$/, { filters: Array(6).fill('{"a":[1]}') }],
    [/not valid at position/, { inputTemplate: "<$.a[>" }],
    [/source arn:aws:sqs:x is not supported locally/, {}, { source: "arn:aws:sqs:x" }],
    [/targets of the service "lambda" are not supported/, {}, { target: "arn:aws:lambda:x" }],
    [
      /targetParameters.sqsQueueParameters is not supported here/,
      { target: { sqsQueueParameters: {} } },
    ],
    [/FIFO queues are not supported/, {}, { target: `${QUEUE}.fifo` }],
    [/invocationType must be FIRE_AND_FORGET/, {}, { target: "arn:aws:states:x" }],
    [
      /logConfiguration.s3LogDestination is not/,
      {},
      { logConfiguration: { level: "INFO", s3LogDestination: {} } },
    ],
  ];
  for (const [reason, ...parameters] of cases) {
    const message = await refusal(...parameters);
    assert.match(message, /^customer-pipe: /);
    assert.match(message, reason);
  }
});

test.run();
