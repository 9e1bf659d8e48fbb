import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { DynamoDbStreams } from "../../src/services/dynamodb/streams/streams-service.ts";
import { readBatchResponse } from "../../src/services/event-sources/batch-response.ts";
import { EventSources } from "../../src/services/event-sources/event-sources.ts";
import type { Environment, Executor, Outcome } from "../../src/services/lambda/executor.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { DEFAULT_SETTINGS, type QueueSettings } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { functionDefinition } from "../support/function-definition.ts";
import { STREAMED_TABLE, TABLE } from "../support/streamed-table.ts";
import { testKernel } from "../support/test-kernel.ts";
import { FAILED_BATCHES } from "./conformance/failed-batches.ts";

const test = suite("event source mappings");
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:q";
const DEAD = "arn:aws:sqs:eu-central-1:000000000000:dead";
const YOU = { kind: "administrator" } as const;
const failure = { errorType: "Boom", errorMessage: "no" };

interface SqsRecord {
  messageId: string;
  body: string;
}

interface DynamoRecord {
  dynamodb: { SequenceNumber: string };
}

type Answer = (records: Record<string, unknown>[], call: number) => Outcome | Promise<Outcome>;

/** A queue, a table, and a function that answers as the test says. */
async function plumbing(answer: Answer, settings: Partial<QueueSettings> = {}) {
  const { kernel, clock, notable, deny } = testKernel();
  const batches: Record<string, unknown>[][] = [];
  const executor: Executor = {
    clock,
    start: (): Environment => ({
      logStream: "s",
      ready: Promise.resolve(),
      alive: true,
      run: async ({ event }) => {
        const { Records } = JSON.parse(event);
        batches.push(Records);
        return answer(Records, batches.length);
      },
      kill: () => {},
    }),
  };
  const lambda = new Lambda(kernel, executor);
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:1" });
  const dynamodb = new DynamoDb(kernel);
  const streams = new DynamoDbStreams(dynamodb.engine);
  const logs = new ScriptedService("logs", { CreateLogStream: {}, PutLogEvents: {} });
  kernel.dispatcher.register(lambda, sqs, dynamodb, streams, logs);
  sqs.createQueue("dead", DEFAULT_SETTINGS);
  sqs.createQueue("q", {
    ...DEFAULT_SETTINGS,
    redrive: { deadLetterArn: DEAD, maxReceiveCount: 2 },
    ...settings,
  });
  lambda.put(functionDefinition);
  await dynamodb.provisionTable(STREAMED_TABLE);
  const sources = new EventSources(kernel, {
    lambda,
    sqs,
    onRecords: (arn, wake) => streams.onRecords(arn, wake),
  });
  const map = (inputs: object = {}) =>
    sources.provision({
      urn: "",
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      id: "uuid",
      inputs: {
        functionName: "fn",
        eventSourceArn: QUEUE,
        functionResponseTypes: ["ReportBatchItemFailures"],
        ...inputs,
      },
      outputs: {},
    });
  const send = (...bodies: string[]) => {
    for (const MessageBody of bodies) {
      void kernel.dispatcher.call("sqs", "SendMessage", { QueueUrl: "x/q", MessageBody }, YOU);
    }
    return clock.advance(0);
  };
  const put = async (...ids: string[]) => {
    for (const id of ids) {
      const input = { TableName: "t-1", Item: { id: { S: id } } };
      await kernel.dispatcher.call("dynamodb", "PutItem", input, YOU);
    }
    await clock.advance(0);
  };
  const bodies = () =>
    batches.map((batch) => (batch as unknown as SqsRecord[]).map(({ body }) => body));
  const ids = () =>
    batches.map((batch) =>
      (batch as unknown as { dynamodb: { Keys: { id: { S: string } } } }[]).map(
        (r) => r.dynamodb.Keys.id.S,
      ),
    );
  return { kernel, clock, sqs, lambda, map, send, put, batches, bodies, ids, notable, deny };
}

const fine: Answer = () => ({ payload: "" });
const failing =
  (...bad: string[]): Answer =>
  (records) => {
    const failed = (records as unknown as SqsRecord[]).filter(({ body }) => bad.includes(body));
    const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
    return { payload: JSON.stringify({ batchItemFailures }) };
  };

for (const [payload, verdict] of [
  ["", { kind: "succeeded" }],
  ["null", { kind: "succeeded" }],
  ["{}", { kind: "succeeded" }],
  ['"ok"', { kind: "succeeded" }],
  ['{"batchItemFailures":null}', { kind: "succeeded" }],
  ['{"batchItemFailures":[]}', { kind: "succeeded" }],
  ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', { kind: "partial", failed: ["b"] }],
  ['{"batchItemFailures":"b"}', { kind: "failed", reason: "batchItemFailures is not an array" }],
  [
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    { kind: "failed", reason: 'itemIdentifier "" is not in the batch' },
  ],
  [
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    { kind: "failed", reason: "itemIdentifier null is not in the batch" },
  ],
  [
    '{"batchItemFailures":[{"itemId":"b"}]}',
    { kind: "failed", reason: "itemIdentifier undefined is not in the batch" },
  ],
  [
    '{"batchItemFailures":[{"itemIdentifier":"z"}]}',
    { kind: "failed", reason: 'itemIdentifier "z" is not in the batch' },
  ],
  ["{", { kind: "failed", reason: "the function's response is not JSON" }],
] as const) {
  test(`the answer ${payload || "(empty)"} means ${verdict.kind}`, () => {
    assert.equal(readBatchResponse(payload, new Set(["a", "b"])), verdict);
  });
}

test("messages arrive in one batch, in Lambda's format, and are deleted after success", async () => {
  const { map, send, batches, bodies, sqs } = await plumbing(fine);
  await map();
  await send("a", "b", "c");
  assert.equal(bodies(), [["a", "b", "c"]]);
  assert.equal([sqs.stats("q")?.visible, sqs.stats("q")?.notVisible], [0, 0]);
  const [record] = batches[0] ?? [];
  const { messageId: _m, receiptHandle: _r, attributes: _a, md5OfBody: _5, ...rest } = record ?? {};
  assert.equal(rest, {
    body: "a",
    messageAttributes: {},
    eventSource: "aws:sqs",
    eventSourceARN: QUEUE,
    awsRegion: "eu-central-1",
  });
});

test("only what failed comes again, when the queue's visibility timeout is over, and then goes to the dead letters", async () => {
  const { map, send, bodies, clock, sqs } = await plumbing(failing("bad"));
  await map();
  await send("good", "bad");
  assert.equal(bodies(), [["good", "bad"]]);
  await clock.advance(29_000);
  assert.is(bodies().length, 1);
  await clock.advance(1_000);
  assert.equal(bodies()[1], ["bad"]);
  await clock.advance(30_000);
  assert.is(bodies().length, 2);
  assert.is(sqs.stats("dead")?.visible, 1);
});

for (const [what, answer] of [
  ["throws", () => ({ error: failure })],
  [
    "names a message that was not there",
    () => ({ payload: '{"batchItemFailures":[{"itemIdentifier":"x"}]}' }),
  ],
] as [string, Answer][]) {
  test(`the whole batch comes again when the function ${what}`, async () => {
    const { map, send, bodies, clock, notable } = await plumbing(answer);
    await map();
    await send("a", "b");
    await clock.advance(30_000);
    assert.equal(bodies()[0], ["a", "b"]);
    assert.equal(bodies().slice(1).flat(), ["a", "b"]);
    assert.ok(notable().includes("lambda:batch failed"));
  });
}

test("without ReportBatchItemFailures the answer does not count", async () => {
  const { map, send, clock, bodies } = await plumbing(failing("bad"));
  await map({ functionResponseTypes: [] });
  await send("bad");
  await clock.advance(60_000);
  assert.is(bodies().length, 1);
});

test("batches keep to their size, and run side by side up to the maximum concurrency", async () => {
  const ends: (() => void)[] = [];
  const { map, send, bodies, clock } = await plumbing(
    () => new Promise((resolve) => ends.push(() => resolve({ payload: "" }))),
  );
  await map({ batchSize: 2, scalingConfig: { maximumConcurrency: 2 } });
  await send("a", "b", "c", "d", "e");
  assert.equal(bodies(), [
    ["a", "b"],
    ["c", "d"],
  ]);
  ends[0]?.();
  await clock.advance(0);
  assert.equal(bodies()[2], ["e"]);
});

test("a window gathers messages until it is over", async () => {
  const { map, send, bodies, clock } = await plumbing(fine);
  await map({ maximumBatchingWindowInSeconds: 5 });
  await send("a");
  await clock.advance(4_000);
  await send("b");
  assert.equal(bodies(), []);
  await clock.advance(1_000);
  assert.equal(bodies(), [["a", "b"]]);
});

test("messages that no filter lets through are deleted", async () => {
  const { map, send, bodies, sqs } = await plumbing(fine);
  const pattern = JSON.stringify({ body: { kind: ["order"] } });
  await map({ filterCriteria: { filters: [{ pattern }] } });
  await send('{"kind":"order"}', '{"kind":"other"}', "no JSON");
  assert.equal(bodies(), [['{"kind":"order"}']]);
  assert.equal([sqs.stats("q")?.visible, sqs.stats("q")?.notVisible], [0, 0]);
});

test("a stream's changes are delivered in order, and a batch that fails blocks the following ones", async () => {
  const { map, put, ids, clock } = await plumbing((_records, call) =>
    call === 1 ? { error: failure } : { payload: "" },
  );
  await map({ eventSourceArn: `${TABLE}/stream/s`, startingPosition: "LATEST", batchSize: 2 });
  await put("a", "b", "c");
  assert.is(ids().length, 1);
  await clock.advance(10_000);
  assert.equal(ids().slice(1).flat(), [
    ...(ids()[0] ?? []),
    ...["a", "b", "c"].slice(ids()[0]?.length),
  ]);
});

test("a poison change is cut out of its batch and reported as where it is, not what it is", async () => {
  const { map, put, ids, clock, kernel } = await plumbing((records) => {
    const poison = JSON.stringify(records).includes("poison");
    return poison ? { error: failure } : { payload: "" };
  });
  await map({
    eventSourceArn: `${TABLE}/stream/s`,
    startingPosition: "TRIM_HORIZON",
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 1,
    destinationConfig: { onFailure: { destinationArn: DEAD } },
  });
  await put("a", "poison", "b");
  await clock.advance(600_000);
  const delivered = ids().flat();
  assert.ok(delivered.includes("a") && delivered.includes("b"));
  const { Messages } = await kernel.dispatcher.call<{ Messages: { Body: string }[] }>(
    "sqs",
    "ReceiveMessage",
    { QueueUrl: "x/dead" },
    YOU,
  );
  const letter = JSON.parse(Messages[0]?.Body ?? "{}");
  assert.is(letter.requestContext.condition, "RetryAttemptsExhausted");
  assert.is(letter.DDBStreamBatchInfo.batchSize, 1);
  assert.not.match(JSON.stringify(letter), /poison/);
});

for (const { what, answers, functionError } of FAILED_BATCHES) {
  const answer: Answer = (records, call) => {
    const own = (records as unknown as DynamoRecord[])[0]?.dynamodb.SequenceNumber;
    const payload = answers[Math.min(call, answers.length) - 1];
    if (payload === undefined) return { error: failure };
    return { payload: payload.replace("(own)", String(own)) };
  };
  test(`a change whose function ${what} is given up with functionError ${functionError}`, async () => {
    const { map, put, clock, kernel } = await plumbing(answer);
    await map({
      eventSourceArn: `${TABLE}/stream/s`,
      startingPosition: "TRIM_HORIZON",
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destinationArn: DEAD } },
    });
    await put("a");
    await clock.advance(60_000);
    const { Messages } = await kernel.dispatcher.call<{ Messages: { Body: string }[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: "x/dead" },
      YOU,
    );
    const { requestContext, responseContext } = JSON.parse(Messages[0]?.Body ?? "{}");
    assert.is(requestContext.approximateInvokeCount, 2);
    assert.equal(responseContext, { statusCode: 200, executedVersion: "$LATEST", functionError });
  });
}

for (const [why, inputs, message] of [
  ["a batch of 11 without a window", { batchSize: 11 }, /^mapping: batchSize 11 is more than 10/],
  [
    "a stream without a position",
    { eventSourceArn: `${TABLE}/stream/s` },
    /^mapping: startingPosition undefined/,
  ],
  [
    "an on-failure destination of a queue",
    { destinationConfig: { onFailure: { destinationArn: DEAD } } },
    /^mapping: destinationConfig/,
  ],
  [
    "another source",
    { eventSourceArn: "arn:aws:kinesis:x:y:stream/z" },
    /^mapping: event source .* is not supported/,
  ],
  ["a function that is not there", { functionName: "none" }, /^mapping: there is no function none/],
] as const) {
  test(`a mapping with ${why} is refused by name`, async () => {
    const { map } = await plumbing(fine);
    try {
      await map(inputs);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  });
}

test("a queue that shows messages again before the function could be done is refused", async () => {
  const { map } = await plumbing(fine, { visibilityTimeoutSeconds: 2 });
  try {
    await map();
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /^mapping: Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds$/,
    );
  }
});

test("a role that may not delete from the queue is refused, with the statement that is missing", async () => {
  const { map, deny } = await plumbing(fine);
  deny("sqs:DeleteMessage");
  try {
    await map();
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /^mapping: the function's role may not read its event source: .*sqs:DeleteMessage/,
    );
  }
});

test("messages are handed over at once, however long their queue lets others wait", async () => {
  const { map, send, bodies } = await plumbing(fine, { waitSeconds: 20 });
  await map();
  await send("one");
  assert.equal(bodies(), [["one"]]);
});

// Sentences recorded on AWS: localstack/localstack, test_duplicate_event_source_mappings and
// test_esm_with_not_existing_dynamodb_stream.
const STREAM = { eventSourceArn: `${TABLE}/stream/s`, startingPosition: "TRIM_HORIZON" };
for (const [what, inputs, sentence] of [
  [
    "queue",
    {},
    `mapping: An event source mapping with SQS arn (" ${QUEUE} ") and function (" fn ") already exists. Please update or delete the existing mapping with UUID uuid`,
  ],
  [
    "stream",
    STREAM,
    `mapping: The event source arn (" ${TABLE}/stream/s ") and function (" fn ") provided mapping already exists. Please update or delete the existing mapping with UUID uuid`,
  ],
] as const) {
  test(`a function has one mapping of a ${what}`, async () => {
    const { map } = await plumbing(fine);
    await map(inputs);
    assert.is(await map(inputs).catch(({ message }: Error) => message), sentence);
  });
}

test("a mapping of a stream that is not there is refused", async () => {
  const { map } = await plumbing(fine);
  const eventSourceArn = `${TABLE}/stream/other`;
  assert.is(
    await map({ ...STREAM, eventSourceArn }).catch(({ message }: Error) => message),
    `mapping: Stream not found: ${eventSourceArn}`,
  );
});

test("a mapping of a queue that is not there is refused, and a filter that is no pattern", async () => {
  const { map } = await plumbing(fine);
  const refusal = (inputs: object) => map(inputs).catch(({ message }: Error) => message);
  assert.is(
    await refusal({ eventSourceArn: `${QUEUE}x` }),
    `mapping: Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist: ${QUEUE}x`,
  );
  for (const pattern of ["null", "simple string", '{"eventSource":"aws:sqs"}', '{"a":[]}']) {
    const why = await refusal({ filterCriteria: { filters: [{ pattern }] } });
    assert.match(String(why), /^mapping: Invalid filter pattern definition\. Event pattern/);
  }
});

test.run();
