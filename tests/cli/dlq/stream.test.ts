import { ServiceError } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  functionAnswer,
  functionArn,
  type Scripts,
  startDeadLetters,
} from "../../support/dead-letters.ts";

const test = suite("redriving batches of a stream");
let running: Awaited<ReturnType<typeof startDeadLetters>> | undefined;
test.after.each(() => running?.stop());

const STREAM = "arn:aws:dynamodb:eu-central-1:000000000000:table/t/stream/2026-01-01T00:00:00.000";
const HANDLER = functionArn("order-events");

const SHARD = "shardId-00000000000000000000";
// As long as DynamoDB's own are at least.
const sequence = (number: number) => String(number).padStart(21, "0");

const onWire = (number: number) => ({
  eventID: `e-${number}`,
  eventName: number === 103 ? "REMOVE" : "INSERT",
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: "eu-central-1",
  dynamodb: {
    ApproximateCreationDateTime: 1_767_225_600,
    Keys: { id: { S: `o-${number}` } },
    NewImage: { id: { S: `o-${number}` }, total: { N: "1.50" }, hash: { B: "AQL/" } },
    SequenceNumber: sequence(number),
    SizeBytes: 10,
    StreamViewType: "NEW_AND_OLD_IMAGES",
  },
  ...(number === 103 && {
    userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
  }),
});

const batch = (start: number, end: number) => ({
  requestContext: {
    requestId: "r-1",
    functionArn: HANDLER,
    condition: "RetryAttemptsExhausted",
    approximateInvokeCount: 4,
  },
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  version: "1.0",
  timestamp: "2026-01-01T00:00:00.000Z",
  DDBStreamBatchInfo: {
    shardId: SHARD,
    startSequenceNumber: sequence(start),
    endSequenceNumber: sequence(end),
    approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
    approximateArrivalOfLastRecord: "2026-01-01T00:00:00Z",
    batchSize: end - start + 1,
    streamArn: STREAM,
  },
});

/** A stream with records 101 to 105, two on each page, and an empty page first. */
async function start(
  answer: () => object,
  { mappings = [], trimmedBefore = 0 }: { mappings?: object[]; trimmedBefore?: number } = {},
) {
  const numbers = [101, 102, 103, 104, 105].filter((number) => number >= trimmedBefore);
  const scripts: Scripts = {
    lambda: {
      Invoke: { run: answer },
      ListEventSourceMappings: { run: () => ({ EventSourceMappings: mappings }) },
    },
    dynamodbstreams: {
      GetShardIterator: {
        run: ({ ShardIteratorType, SequenceNumber, ShardId, StreamArn }) => {
          assert.equal(
            [ShardIteratorType, ShardId, StreamArn],
            ["AT_SEQUENCE_NUMBER", SHARD, STREAM],
          );
          return { ShardIterator: `empty ${SequenceNumber}` };
        },
      },
      GetRecords: {
        run: ({ ShardIterator }) => {
          const [kind, from] = String(ShardIterator).split(" ");
          if (kind === "empty") return { Records: [], NextShardIterator: `at ${from}` };
          const page = numbers.filter((number) => number >= Number(from)).slice(0, 2);
          const next = (page.at(-1) ?? 999) + 1;
          return { Records: page.map(onWire), NextShardIterator: `at ${next}` };
        },
      },
    },
  };
  running = await startDeadLetters(scripts);
  return running;
}

const eventOf = (input: Record<string, unknown> | undefined) =>
  JSON.parse(String(input?.["Payload"]));
const numbersOf = (event: { Records: { dynamodb: { SequenceNumber: string } }[] }) =>
  event.Records.map(({ dynamodb }) => dynamodb.SequenceNumber);

test("the function gets the same records as from its mapping, then the message is gone", async () => {
  const { put, redrive, visible, lambda } = await start(() => functionAnswer({}));
  await put("failures", batch(102, 104));
  const { counts, plan } = await redrive("failures");
  assert.equal(counts, [1, 0, 0, 0]);
  assert.equal(plan, [
    "1 × RetryAttemptsExhausted -> 3 stream records to function order-events again",
  ]);
  const [input] = lambda.inputsOf("Invoke");
  assert.equal([input?.["FunctionName"], input?.["InvocationType"]], [HANDLER, "RequestResponse"]);
  const event = eventOf(input);
  assert.equal(numbersOf(event), [102, 103, 104].map(sequence));
  assert.equal(event.Records[0], { ...onWire(102), eventSourceARN: STREAM });
  assert.equal(event.Records[1].userIdentity, {
    type: "Service",
    principalId: "dynamodb.amazonaws.com",
  });
  assert.equal(visible("failures"), []);
});

test("records that the mapping's filter passes over are not handed on", async () => {
  const Pattern = JSON.stringify({ eventName: ["INSERT"] });
  const mapping = { EventSourceArn: STREAM, FunctionArn: HANDLER };
  const mappings = [
    { ...mapping, FilterCriteria: { Filters: [{ Pattern }] } },
    { EventSourceArn: STREAM, FunctionArn: functionArn("other") },
  ];
  const { put, redrive, lambda } = await start(() => functionAnswer({}), { mappings });
  await put("failures", batch(102, 104));
  assert.equal((await redrive("failures")).counts, [1, 0, 0, 0]);
  assert.equal(numbersOf(eventOf(lambda.inputsOf("Invoke")[0])), [102, 104].map(sequence));
});

test("a batch that fails again, whole or in part, is kept", async () => {
  const { put, redrive, visible, lambda } = await start(() =>
    lambda.inputsOf("Invoke").length === 1
      ? functionAnswer({ errorType: "TypeError", errorMessage: "no" }, "Unhandled")
      : functionAnswer({ batchItemFailures: [{ itemIdentifier: sequence(102) }] }),
  );
  await put("failures", batch(101, 101));
  await put("failures", batch(102, 103));
  const { counts, notes } = await redrive("failures");
  assert.equal(counts, [0, 0, 0, 2]);
  assert.equal(notes, {
    "failed: TypeError: no": 1,
    "failed: the function failed on 1 of 2 records": 1,
  });
  assert.is(visible("failures").length, 2);
});

test("a batch whose records the stream no longer has is left, and says so", async () => {
  const { put, redrive, visible, lambda } = await start(() => functionAnswer({}), {
    trimmedBefore: 103,
  });
  await put("failures", batch(102, 104));
  const { counts, notes } = await redrive("failures");
  assert.equal(counts, [0, 0, 1, 0]);
  assert.match(Object.keys(notes)[0] ?? "", /^left: the stream keeps records for 24 hours/);
  assert.equal(lambda.inputsOf("Invoke"), []);
  assert.is(visible("failures").length, 1);
});

test("a place that AWS calls trimmed, or a shard that is gone, is the same", async () => {
  for (const code of ["TrimmedDataAccessException", "ResourceNotFoundException"]) {
    const GetShardIterator = {
      run: () => {
        throw new ServiceError(code, "gone");
      },
    };
    running = await startDeadLetters({ dynamodbstreams: { GetShardIterator } });
    await running.put("failures", batch(102, 104));
    assert.equal((await running.redrive("failures")).counts, [0, 0, 1, 0]);
    await running.stop();
  }
  running = undefined;
});

test("a stream that cannot be read is a failure", async () => {
  const GetShardIterator = {
    run: () => {
      throw new ServiceError("AccessDeniedException", "not yours", 400);
    },
  };
  running = await startDeadLetters({ dynamodbstreams: { GetShardIterator } });
  await running.put("failures", batch(102, 104));
  const { counts, notes } = await running.redrive("failures");
  assert.equal(counts, [0, 0, 0, 1]);
  assert.equal(notes, { "failed: AccessDeniedException: not yours": 1 });
});

test.run();
