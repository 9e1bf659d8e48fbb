import type { StreamRecord } from "./stream-record.ts";

/** What became of one delivery of a batch. */
export type BatchResult =
  | { kind: "succeeded" }
  /** Nothing counts as processed; `answered` if the receiver itself ran without an error, and its response failed the batch. */
  | { kind: "failed"; reason: string; answered?: boolean }
  /** Records up to the first of these sequence numbers count as processed; an unknown number fails all. */
  | { kind: "partial"; failed: readonly string[]; reason: string };

/** When a failing batch is cut in two instead of being retried whole. */
export type Bisect = "off" | "failed-batches" | "all-failures";

/** How long a batch is tried. */
export interface RetryPolicy {
  /** -1 for as long as the stream keeps the records. */
  maximumRetryAttempts: number;
  /** -1 for as long as the stream keeps the records. */
  maximumRecordAgeInSeconds: number;
  /** A function's event source mapping cuts failed batches only; a pipe cuts whatever failed. */
  bisect: Bisect;
  /** Whether what is left once a receiver has processed some is a batch of its own, with all of its retries before it. */
  restBeginsAnew?: boolean;
}

/** A batch and how often it was retried. */
export interface Attempt {
  records: readonly StreamRecord[];
  retries: number;
  /** Whether the receiver ran without an error the last time, and its response failed the batch. */
  answered?: boolean;
}

/** Records that are discarded. */
export interface Discarded extends Attempt {
  condition: "RetryAttemptsExhausted" | "MaximumRecordAgeExceeded";
}

/** What to do after a delivery: deliver these next, in this order, and discard those. */
export interface StreamOutcome {
  next: Attempt[];
  discarded?: Discarded;
}

const STREAM_RETENTION_SECONDS = 86_400;

/** Decides what follows a delivery. A stream never skips: what is not discarded comes again before anything later. */
export function streamOutcome(
  { records, retries }: Attempt,
  result: BatchResult,
  policy: RetryPolicy,
): StreamOutcome {
  if (result.kind === "succeeded") return { next: [] };
  const processed = firstFailed(records, result);
  const rest = records.slice(processed);
  const last = result.kind === "partial" || result.answered ? { answered: true } : {};
  const cuts =
    policy.bisect === "all-failures" ||
    (policy.bisect === "failed-batches" && result.kind === "failed");
  if (cuts && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    // Cutting does not count as a retry.
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    return { next: halves.map((half) => ({ records: half, retries, ...last })) };
  }
  if (processed > 0 && policy.restBeginsAnew) {
    return { next: [{ records: rest, retries: 0, ...last }] };
  }
  if (policy.maximumRetryAttempts >= 0 && retries >= policy.maximumRetryAttempts) {
    const condition = "RetryAttemptsExhausted";
    const discarded: Discarded = { records: rest, retries, condition, ...last };
    return { next: [], discarded };
  }
  return { next: [{ records: rest, retries: retries + 1, ...last }] };
}

/** Parts the records that are too old to be delivered from the rest; `now` is in milliseconds. */
export function splitByAge(
  { records, ...attempt }: Attempt,
  policy: RetryPolicy,
  now: number,
): { fresh: Attempt; discarded?: Discarded } {
  const limit = policy.maximumRecordAgeInSeconds;
  const seconds = limit < 0 ? STREAM_RETENTION_SECONDS : Math.min(limit, STREAM_RETENTION_SECONDS);
  const born = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime * 1000;
  const tooOld = records.filter((record) => now - born(record) > seconds * 1000);
  if (tooOld.length === 0) return { fresh: { records, ...attempt } };
  return {
    fresh: { records: records.filter((record) => !tooOld.includes(record)), ...attempt },
    discarded: { records: tooOld, ...attempt, condition: "MaximumRecordAgeExceeded" },
  };
}

function firstFailed(
  records: readonly StreamRecord[],
  result: Exclude<BatchResult, { kind: "succeeded" }>,
): number {
  if (result.kind === "failed") return 0;
  const places = result.failed.map((number) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === number),
  );
  return places.length === 0 ? 0 : Math.max(0, Math.min(...places));
}
