import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchInfo } from "../../src/streams/batch-info.ts";
import {
  type BatchResult,
  type RetryPolicy,
  splitByAge,
  streamOutcome,
} from "../../src/streams/stream-outcome.ts";
import type { StreamRecord } from "../../src/streams/stream-record.ts";

const test = suite("stream-outcome");

const forever: RetryPolicy = {
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  bisect: "off",
};
const failed: BatchResult = { kind: "failed", reason: "boom" };

function records(...numbers: string[]): StreamRecord[] {
  return numbers.map((number) => ({
    eventID: number,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    dynamodb: {
      ApproximateCreationDateTime: 1_000 + Number(number),
      Keys: { id: { S: number } },
      SequenceNumber: number,
      SizeBytes: 10,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: "arn:stream",
  }));
}

function partial(...numbers: string[]): BatchResult {
  return { kind: "partial", failed: numbers, reason: "boom" };
}

/** What comes next, as `numbers/retries`. */
function next(retries: number, result: BatchResult, policy: Partial<RetryPolicy> = {}): string[] {
  const batch = { records: records("1", "2", "3", "4", "5"), retries };
  const outcome = streamOutcome(batch, result, { ...forever, ...policy });
  const shown = [...outcome.next, ...(outcome.discarded ? [outcome.discarded] : [])];
  return shown.map((one) => {
    const numbers = one.records.map(({ eventID }) => eventID).join("");
    return "condition" in one ? `${numbers} ${one.condition}` : `${numbers}/${one.retries}`;
  });
}

test("a batch that succeeded leaves nothing to do", () => {
  assert.equal(next(0, { kind: "succeeded" }), []);
});

test("a failed batch comes again whole", () => {
  assert.equal(next(0, failed), ["12345/1"]);
  assert.equal(next(7, failed), ["12345/8"]);
});

test("a partial failure comes again from the lowest number that failed", () => {
  assert.equal(next(0, partial("4", "3")), ["345/1"]);
  assert.equal(next(0, partial("5")), ["5/1"]);
});

test("an unknown number in a partial failure fails the whole batch", () => {
  assert.equal(next(0, partial("4", "99")), ["12345/1"]);
  assert.equal(next(0, partial()), ["12345/1"]);
});

test("what a mapping has left after a partial failure is tried as often as a batch of its own", () => {
  const policy = { maximumRetryAttempts: 3, restBeginsAnew: true };
  assert.equal(next(3, partial("4"), policy), ["45/0"]);
  assert.equal(next(3, partial("1"), policy), ["12345 RetryAttemptsExhausted"]);
  assert.equal(next(3, partial("99"), policy), ["12345 RetryAttemptsExhausted"]);
  assert.equal(next(2, failed, policy), ["12345/3"]);
});

test("retries end with the policy's number of them", () => {
  assert.equal(next(1, failed, { maximumRetryAttempts: 2 }), ["12345/2"]);
  assert.equal(next(2, failed, { maximumRetryAttempts: 2 }), ["12345 RetryAttemptsExhausted"]);
  assert.equal(next(0, partial("3"), { maximumRetryAttempts: 0 }), ["345 RetryAttemptsExhausted"]);
});

test("cutting in two does not count as a retry and goes down to one record", () => {
  const policy = { bisect: "all-failures", maximumRetryAttempts: 0 } as const;
  assert.equal(next(0, failed, policy), ["123/0", "45/0"]);
  assert.equal(next(0, partial("3"), policy), ["34/0", "5/0"]);
  assert.equal(next(0, partial("5"), policy), ["5 RetryAttemptsExhausted"]);
});

test("a function's partial failure is cut at the number that it reported", () => {
  assert.equal(next(0, partial("3"), { bisect: "failed-batches" }), ["345/1"]);
  assert.equal(next(0, failed, { bisect: "failed-batches" }), ["123/0", "45/0"]);
});

test("records older than the limit are parted from the rest", () => {
  const batch = { records: records("1", "2", "3"), retries: 4 };
  const policy = { ...forever, maximumRecordAgeInSeconds: 60 };
  const { fresh, discarded } = splitByAge(batch, policy, 1_062_500);
  assert.equal(fresh, { records: records("3"), retries: 4 });
  assert.equal(discarded, {
    records: records("1", "2"),
    retries: 4,
    condition: "MaximumRecordAgeExceeded",
  });
  assert.equal(splitByAge(batch, policy, 1_061_000), { fresh: batch });
});

test("no limit means the day that the stream keeps its records", () => {
  const batch = { records: records("1"), retries: 0 };
  assert.is(splitByAge(batch, forever, 1_001_000 + 86_400_000).discarded, undefined);
  assert.is(splitByAge(batch, forever, 1_001_001 + 86_400_000).fresh.records.length, 0);
});

test("batch info says where the records are, not what is in them", () => {
  assert.equal(batchInfo(records("1", "2"), "shard-0", "arn:stream"), {
    shardId: "shard-0",
    startSequenceNumber: "1",
    endSequenceNumber: "2",
    approximateArrivalOfFirstRecord: "1970-01-01T00:16:41Z",
    approximateArrivalOfLastRecord: "1970-01-01T00:16:42Z",
    batchSize: 2,
    streamArn: "arn:stream",
  });
});

test.run();
