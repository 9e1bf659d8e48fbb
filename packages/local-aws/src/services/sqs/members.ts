import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const ATTRIBUTES = ["StringValue", "BinaryValue", "DataType"].map(
  (name) => `MessageAttributes.${name}`,
);
const MESSAGE = [
  "MessageBody",
  "DelaySeconds",
  ...ATTRIBUTES,
  "MessageSystemAttributes.StringValue",
  "MessageSystemAttributes.DataType",
  "MessageDeduplicationId",
  "MessageGroupId",
];
const NO_LISTS = "SQS itself has no attributes that are lists";
const NOT_SENT = {
  "MessageAttributes.StringListValues": NO_LISTS,
  "MessageAttributes.BinaryListValues": NO_LISTS,
  "MessageSystemAttributes.StringListValues": NO_LISTS,
  "MessageSystemAttributes.BinaryListValues": NO_LISTS,
  "MessageSystemAttributes.BinaryValue": "the one system attribute, AWSTraceHeader, is a string",
};
const ofEntries = (names: readonly string[]) => names.map((name) => `Entries.${name}`);

/** What SQS does with each member of its inputs. */
export const sqsMembers: ServiceMembers = {
  CancelMessageMoveTask: { honours: ["TaskHandle"] },
  ChangeMessageVisibility: { honours: ["QueueUrl", "ReceiptHandle", "VisibilityTimeout"] },
  ChangeMessageVisibilityBatch: {
    honours: ["QueueUrl", ...ofEntries(["Id", "ReceiptHandle", "VisibilityTimeout"])],
  },
  CreateQueue: { honours: ["QueueName", "Attributes", "tags"] },
  DeleteMessage: { honours: ["QueueUrl", "ReceiptHandle"] },
  DeleteMessageBatch: { honours: ["QueueUrl", ...ofEntries(["Id", "ReceiptHandle"])] },
  DeleteQueue: { honours: ["QueueUrl"] },
  GetQueueAttributes: { honours: ["QueueUrl", "AttributeNames"] },
  GetQueueUrl: { honours: ["QueueName", "QueueOwnerAWSAccountId"] },
  ListDeadLetterSourceQueues: { honours: ["QueueUrl", "NextToken", "MaxResults"] },
  ListMessageMoveTasks: { honours: ["SourceArn", "MaxResults"] },
  ListQueues: { honours: ["QueueNamePrefix", "NextToken", "MaxResults"] },
  ListQueueTags: { honours: ["QueueUrl"] },
  PurgeQueue: { honours: ["QueueUrl"] },
  ReceiveMessage: {
    honours: [
      "QueueUrl",
      "AttributeNames",
      "MessageSystemAttributeNames",
      "MessageAttributeNames",
      "MaxNumberOfMessages",
      "VisibilityTimeout",
      "WaitTimeSeconds",
    ],
    refuses: { ReceiveRequestAttemptId: "it is of FIFO queues, and there are none" },
  },
  SendMessage: { honours: ["QueueUrl", ...MESSAGE], refuses: NOT_SENT },
  SendMessageBatch: {
    honours: ["QueueUrl", ...ofEntries(["Id", ...MESSAGE])],
    refuses: Object.fromEntries(
      Object.entries(NOT_SENT).map(([name, why]) => [`Entries.${name}`, why]),
    ),
  },
  SetQueueAttributes: { honours: ["QueueUrl", "Attributes"] },
  StartMessageMoveTask: {
    honours: ["SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond"],
  },
};
