import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const TOPIC = [["TopicName"]];

/** What AWS emits as `AWS/SNS`. */
export const snsMetrics: EmittedNamespace = {
  page: "https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html",
  metrics: {
    ...emittedHere("Count", TOPIC, [
      "NumberOfMessagesPublished",
      "NumberOfNotificationsDelivered",
      "NumberOfNotificationsFailed",
      "NumberOfNotificationsFilteredOut",
      "NumberOfNotificationsRedrivenToDlq",
      "NumberOfNotificationsFailedToRedriveToDlq",
    ]),
    ...emittedHere("Bytes", TOPIC, ["PublishSize"]),
    ...emittedByAws("Count", TOPIC, [
      "NumberOfNotificationsFilteredOut-MessageAttributes",
      "NumberOfNotificationsFilteredOut-MessageBody",
      "NumberOfNotificationsFilteredOut-NoMessageAttributes",
      "NumberOfNotificationsFilteredOut-InvalidAttributes",
      "NumberOfNotificationsFilteredOut-InvalidMessageBody",
    ]),
  },
};
