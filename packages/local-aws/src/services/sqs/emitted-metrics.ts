import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const QUEUE = [["QueueName"]];

/** What AWS emits as `AWS/SQS`. */
export const sqsMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
  metrics: {
    ...emittedHere("Count", QUEUE, [
      "ApproximateNumberOfMessagesVisible",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
      "NumberOfMessagesSent",
      "NumberOfMessagesReceived",
      "NumberOfMessagesDeleted",
      "NumberOfEmptyReceives",
    ]),
    ...emittedHere("Seconds", QUEUE, ["ApproximateAgeOfOldestMessage"]),
    ...emittedHere("Bytes", QUEUE, ["SentMessageSize"]),
    ...emittedByAws("Count", QUEUE, [
      "NumberOfDeduplicatedSentMessages",
      "ApproximateNumberOfGroupsWithInflightMessages",
    ]),
  },
};
