import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const MESSAGE = [
  "Message",
  "Subject",
  "MessageStructure",
  "MessageAttributes.DataType",
  "MessageAttributes.StringValue",
  "MessageAttributes.BinaryValue",
  "MessageGroupId",
];
const NOT_SENT = {
  MessageDeduplicationId: "it is of FIFO topics, and there are none",
};
const ENTRY = "PublishBatchRequestEntries";

/** What SNS does with each member of its inputs. */
export const snsMembers: ServiceMembers = {
  GetSubscriptionAttributes: { honours: ["SubscriptionArn"] },
  GetTopicAttributes: { honours: ["TopicArn"] },
  ListSubscriptions: { honours: ["NextToken"] },
  ListSubscriptionsByTopic: { honours: ["TopicArn", "NextToken"] },
  ListTopics: { honours: ["NextToken"] },
  Publish: {
    honours: ["TopicArn", "TargetArn", ...MESSAGE],
    refuses: { PhoneNumber: "subscribe the number to a topic instead", ...NOT_SENT },
  },
  PublishBatch: {
    honours: ["TopicArn", `${ENTRY}.Id`, ...MESSAGE.map((name) => `${ENTRY}.${name}`)],
    refuses: Object.fromEntries(
      Object.entries(NOT_SENT).map(([name, why]) => [`${ENTRY}.${name}`, why]),
    ),
  },
};
