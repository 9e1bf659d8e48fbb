import { type MetricSink, NamespaceRecorder } from "../../kernel/metrics/namespace-recorder.ts";
import type { Sns } from "./service.ts";

const COUNTS = {
  published: "NumberOfMessagesPublished",
  delivered: "NumberOfNotificationsDelivered",
  "filtered-out": "NumberOfNotificationsFilteredOut",
  failed: "NumberOfNotificationsFailed",
  "dead-lettered": "NumberOfNotificationsRedrivenToDlq",
  "dead-letter-lost": "NumberOfNotificationsFailedToRedriveToDlq",
} as const;

/** Emits `AWS/SNS` of topics; returns a function that stops it. */
export function emitSnsMetrics(sns: Sns, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/SNS", metrics);
  return sns.onStep((topicArn, step) => {
    const sets = [{ TopicName: topicArn.slice(topicArn.lastIndexOf(":") + 1) }];
    recorder.record(sets, COUNTS[step.kind], 1);
    if (step.kind === "published") recorder.record(sets, "PublishSize", step.bytes, "Bytes");
  });
}
