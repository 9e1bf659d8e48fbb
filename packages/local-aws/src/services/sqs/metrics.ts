import type { Clock, Timer } from "../../kernel/clock.ts";
import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { Message } from "./message.ts";
import type { QueueCounts } from "./queue.ts";
import type { QueueStep } from "./queue-outlets.ts";
import type { Sqs } from "./service.ts";

/** The sources of the queues' metrics. */
export interface SqsMetricsParts {
  clock: Clock;
  sqs: Sqs;
  metrics: MetricSink;
}

const MINUTE_MS = 60_000;
// CloudWatch treats a queue as active as long as it has messages, and six hours after its last use.
const ACTIVE_MS = 6 * 3_600_000;
// A message that was received this often no longer makes its queue look old.
const POISON_RECEIVES = 3;
const COUNTS = [
  "NumberOfMessagesSent",
  "NumberOfMessagesReceived",
  "NumberOfMessagesDeleted",
  "NumberOfEmptyReceives",
];

/** Emits `AWS/SQS`: what callers do as they do it, and each minute how full active queues are; returns a function that stops it. */
export function emitSqsMetrics({ clock, sqs, metrics }: SqsMetricsParts): () => void {
  const recorder = new NamespaceRecorder("AWS/SQS", metrics);
  const minutes = new Map<string, { lastUsed: number; counted: Set<string> }>();
  const ignore = sqs.onStep(({ name }, step) => {
    let minute = minutes.get(name);
    if (!minute) {
      minute = { lastUsed: 0, counted: new Set() };
      minutes.set(name, minute);
    }
    minute.lastUsed = clock.now();
    minute.counted.add(recordStep(recorder, name, step));
  });
  const measure = () => {
    timer = clock.after(MINUTE_MS, measure, "metrics of queues");
    const now = clock.now();
    for (const queue of sqs.queues) {
      const { lastUsed = Number.NEGATIVE_INFINITY, counted } = minutes.get(queue.name) ?? {};
      // The counts come first: they drop what has expired.
      const counts = queue.counts();
      const messages = queue.messages();
      if (messages.length === 0 && now - lastUsed > ACTIVE_MS) continue;
      const sets = [{ QueueName: queue.name }];
      recordLevels(recorder, sets, counts, ageOfOldest(messages, now));
      for (const name of COUNTS) if (!counted?.has(name)) recorder.record(sets, name, 0);
      counted?.clear();
    }
  };
  let timer: Timer = clock.after(MINUTE_MS, measure, "metrics of queues");
  return () => {
    ignore();
    timer.cancel();
  };
}

/** Returns the name of the count. */
function recordStep(recorder: NamespaceRecorder, QueueName: string, step: QueueStep): string {
  const sets = [{ QueueName }];
  const count = (name: string, value: number) => {
    recorder.record(sets, name, value);
    return name;
  };
  if (step.kind === "deleted") return count("NumberOfMessagesDeleted", 1);
  if (step.kind === "sent") {
    recorder.record(sets, "SentMessageSize", step.bytes, "Bytes");
    return count("NumberOfMessagesSent", 1);
  }
  if (step.count === 0) return count("NumberOfEmptyReceives", 1);
  return count("NumberOfMessagesReceived", step.count);
}

function recordLevels(
  recorder: NamespaceRecorder,
  sets: readonly Dimensions[],
  { visible, notVisible, delayed }: QueueCounts,
  ageSeconds: number,
): void {
  recorder.record(sets, "ApproximateNumberOfMessagesVisible", visible);
  recorder.record(sets, "ApproximateNumberOfMessagesNotVisible", notVisible);
  recorder.record(sets, "ApproximateNumberOfMessagesDelayed", delayed);
  recorder.record(sets, "ApproximateAgeOfOldestMessage", ageSeconds, "Seconds");
}

/** In seconds; in a dead-letter queue both the age and the receives begin with the move. */
function ageOfOldest(messages: readonly Message[], now: number): number {
  let oldest = now;
  for (const { sentAt, receiveCount, buried } of messages) {
    if (receiveCount - (buried?.receiveCount ?? 0) >= POISON_RECEIVES) continue;
    oldest = Math.min(oldest, buried?.at ?? sentAt);
  }
  return Math.floor((now - oldest) / 1000);
}
