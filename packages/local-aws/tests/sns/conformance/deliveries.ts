import { ANYTHING, type Row, recorded, type Step } from "../../support/conformance.ts";

const TopicArn = "arn:aws:sns:eu-central-1:000000000000:t";
const url = (name: string) => `http://127.0.0.1:4566/000000000000/${name}`;
const publish = (input: object): Step => ({
  operation: "Publish",
  input: { TopicArn, Message: "hi", ...input },
});
const received = (queue: string, message: object): Step => ({
  service: "sqs",
  operation: "ReceiveMessage",
  input: {
    QueueUrl: url(queue),
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["MessageGroupId"],
  },
  after: 1,
  shows: {
    Messages: [{ MessageId: ANYTHING, ReceiptHandle: ANYTHING, MD5OfBody: ANYTHING, ...message }],
  },
});
const nothing = (queue: string): Step => ({
  service: "sqs",
  operation: "ReceiveMessage",
  input: { QueueUrl: url(queue) },
  after: 1,
  answers: {},
});
const DEAD = JSON.stringify({
  deadLetterTargetArn: "arn:aws:sqs:eu-central-1:000000000000:dead",
});
const DELETED: Step = { service: "sqs", operation: "DeleteQueue", input: { QueueUrl: url("q") } };
const ATTRIBUTE = { a: { DataType: "Number", StringValue: "1" } };
const filtered = (policy: object, scope = "MessageAttributes") => ({
  rawMessageDelivery: true,
  filterPolicy: JSON.stringify(policy),
  filterPolicyScope: scope,
});

/** What subscribers of a topic get, by the subscription that they have. */
export const DELIVERIES: (Row & { subscription: Record<string, unknown> })[] = [
  {
    what: "a notification names where certificates and unsubscriptions are",
    source: recorded("test_subscribe_sqs_queue"),
    subscription: {},
    steps: [
      publish({}),
      received("q", {
        Body: JSON.stringify({
          Type: "Notification",
          MessageId: "00000000-0000-4000-8000-000000000002",
          TopicArn,
          Message: "hi",
          Timestamp: "2026-01-01T00:00:00.000Z",
          SignatureVersion: "1",
          Signature: "local",
          SigningCertURL: "http://127.0.0.1:4566/SimpleNotificationService-local.pem",
          UnsubscribeURL: `http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn=${TopicArn}:1`,
        }),
      }),
    ],
  },
  {
    what: "dead letters of a raw delivery are what the queue would have got",
    source: recorded("test_redrive_policy_sqs_queue_subscription[True]"),
    subscription: { rawMessageDelivery: true, redrivePolicy: DEAD },
    steps: [
      DELETED,
      publish({ MessageAttributes: ATTRIBUTE }),
      received("dead", {
        Body: "hi",
        MD5OfMessageAttributes: ANYTHING,
        MessageAttributes: ATTRIBUTE,
      }),
    ],
  },
  {
    what: "other dead letters are the notification, with nothing beside it",
    source: recorded("test_redrive_policy_sqs_queue_subscription[False]"),
    subscription: { redrivePolicy: DEAD },
    steps: [
      DELETED,
      publish({ MessageAttributes: ATTRIBUTE }),
      received("dead", { Body: ANYTHING }),
    ],
  },
  {
    what: "the group of a message goes on to the queue",
    source: "https://docs.aws.amazon.com/sns/latest/dg/fifo-message-grouping.html",
    subscription: { rawMessageDelivery: true },
    steps: [
      publish({ MessageGroupId: "tenant-1" }),
      received("q", { Body: "hi", Attributes: { MessageGroupId: "tenant-1" } }),
    ],
  },
  {
    what: "a filter of the body reads names joined by dots",
    source: recorded("test_filter_policy_on_message_body_dot_attribute"),
    subscription: filtered({ "a.b": ["x"] }, "MessageBody"),
    steps: [
      publish({ Message: '{"a":{"b":"x"}}' }),
      received("q", { Body: '{"a":{"b":"x"}}' }),
      publish({ Message: '{"a.b":"x"}' }),
      received("q", { Body: '{"a.b":"x"}' }),
      publish({ Message: '{"a":{"b":"y"}}' }),
      nothing("q"),
    ],
  },
  {
    what: "a number as text is no number to a filter",
    source: recorded("test_filter_policy"),
    subscription: filtered({ a: [{ numeric: [">", 0, "<=", 100] }] }),
    steps: [
      publish({ MessageAttributes: { a: { DataType: "String", StringValue: "1" } } }),
      nothing("q"),
      publish({ MessageAttributes: ATTRIBUTE }),
      received("q", { Body: "hi", MD5OfMessageAttributes: ANYTHING, MessageAttributes: ANYTHING }),
    ],
  },
  {
    what: "an empty filter lets everything pass",
    source: "https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html",
    subscription: filtered({}),
    steps: [publish({}), received("q", { Body: "hi" })],
  },
];
