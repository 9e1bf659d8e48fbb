import { ANYTHING, type Kept, type Row, recorded, type Step } from "../../support/conformance.ts";

const QueueUrl = "http://127.0.0.1:4566/000000000000/q";
const DELETING =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html";
const ATTRIBUTES =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html";
const text = (StringValue: string, DataType = "String") => ({ DataType, StringValue });

const send = (more: object = {}): Step => ({
  operation: "SendMessage",
  input: { QueueUrl, MessageBody: "hi", ...more },
});
const receive = (keep: string, more: object = {}, after = 0): Step => ({
  operation: "ReceiveMessage",
  input: { QueueUrl, ...more },
  keep,
  after,
});
const nothing: Step = { operation: "ReceiveMessage", input: { QueueUrl }, answers: {} };
const receiptIn = (kept: Kept, name: string) =>
  (kept[name]?.["Messages"] as { ReceiptHandle: string }[] | undefined)?.[0]?.ReceiptHandle;
const remove = (name: string): Step => ({
  operation: "DeleteMessage",
  input: (kept) => ({ QueueUrl, ReceiptHandle: receiptIn(kept, name) }),
});
const extend = (name: string, VisibilityTimeout: number, after = 0): Step => ({
  operation: "ChangeMessageVisibility",
  input: (kept) => ({ QueueUrl, ReceiptHandle: receiptIn(kept, name), VisibilityTimeout }),
  after,
});
const refused = (what: string, source: string, more: object, why: string): Row => ({
  what,
  source,
  steps: [{ ...send(more), fails: `InvalidParameterValue: ${why}` }, nothing],
});
const SHORT = { VisibilityTimeout: 1 };
const NAMES = "it can only contain letters, digits, periods, hyphens and underscores.";
const RESERVED =
  "names that begin with 'AWS.' or 'Amazon.' are reserved, and a period may neither begin, end nor follow another.";

const RECEIPTS: Row[] = [
  {
    what: "a receipt still deletes when the visibility timeout is over",
    source: recorded("test_delete_after_visibility_timeout"),
    steps: [send(), receive("one", SHORT), { ...remove("one"), after: 2 }, nothing],
  },
  {
    what: "a receipt still extends when the visibility timeout is over, and then deletes",
    source: recorded("test_change_message_visibility_after_visibility_timeout_expiration"),
    steps: [
      send(),
      receive("one", SHORT),
      extend("one", 10, 2),
      nothing,
      remove("one"),
      { ...nothing, after: 20 },
    ],
  },
  {
    what: "a receipt of an earlier receive deletes nothing that somebody holds",
    source: DELETING,
    steps: [
      send(),
      receive("one", SHORT),
      receive("two", SHORT, 2),
      remove("one"),
      { ...receive("three", {}, 2), shows: { Messages: [ANYTHING] } },
    ],
  },
  {
    what: "a receipt of an earlier receive deletes what nobody holds",
    source: recorded("test_filter_policy (sns)"),
    steps: [
      send(),
      receive("one", SHORT),
      receive("two", SHORT, 2),
      { ...remove("one"), after: 2 },
      nothing,
    ],
  },
  {
    what: "a receipt of an earlier receive still changes the visibility",
    source: recorded("test_terminate_visibility_timeout_after_receive"),
    steps: [
      send(),
      receive("one", SHORT),
      receive("two", { VisibilityTimeout: 30 }, 2),
      extend("one", 0),
      { ...receive("three"), shows: { Messages: [ANYTHING] } },
    ],
  },
  {
    what: "a receipt is good after the visibility was given up",
    source: DELETING,
    steps: [send(), receive("one"), extend("one", 0), remove("one"), nothing],
  },
  {
    what: "a message is invisible for at most 12 hours after a receive",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html",
    steps: [
      send(),
      receive("one"),
      {
        ...extend("one", 43_200, 10),
        fails:
          "InvalidParameterValue: Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
      },
      extend("one", 43_190),
    ],
  },
];

const SENT: Row[] = [
  {
    what: "a group is kept on a standard queue, for fair queues",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html",
    steps: [
      send({ MessageGroupId: "tenant-1" }),
      {
        ...receive("one", { MessageSystemAttributeNames: ["MessageGroupId"] }),
        shows: {
          Messages: [
            {
              MessageId: ANYTHING,
              ReceiptHandle: ANYTHING,
              MD5OfBody: "49f68a5c8493ec2c0bf489821c21fc3b",
              Body: "hi",
              Attributes: { MessageGroupId: "tenant-1" },
            },
          ],
        },
      },
    ],
  },
  ...["", "a b", "x".repeat(129)].map((MessageGroupId) =>
    refused(
      `the group "${MessageGroupId.slice(0, 4)}" of ${MessageGroupId.length} characters is refused`,
      recorded("test_send_message_to_standard_queue_with_invalid_message_group_id"),
      { MessageGroupId },
      `Value ${MessageGroupId} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    ),
  ),
  {
    what: "the MD5 of system attributes is told, and changes no other",
    source: recorded("test_system_attributes_have_no_effect_on_attr_md5"),
    steps: [
      {
        ...send({
          MessageAttributes: { timestamp: text("1493147359900", "Number") },
          MessageSystemAttributes: {
            AWSTraceHeader: text(
              "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            ),
          },
        }),
        answers: {
          MessageId: ANYTHING,
          MD5OfMessageBody: "49f68a5c8493ec2c0bf489821c21fc3b",
          MD5OfMessageAttributes: "235c5c510d26fb653d073faed50ae77c",
          MD5OfMessageSystemAttributes: "5ae4d5d7636402d80f4eb6d213245a88",
        },
      },
    ],
  },
  refused(
    "an attribute without text is refused",
    recorded("test_send_message_with_empty_string_attribute"),
    { MessageAttributes: { a: text("") } },
    "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
  ),
  refused(
    "a binary attribute with a text is refused",
    ATTRIBUTES,
    { MessageAttributes: { a: text("x", "Binary") } },
    "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'.",
  ),
  refused(
    "a number that is none is refused",
    ATTRIBUTES,
    { MessageAttributes: { a: text("ten", "Number") } },
    "Can't cast the value of message (user) attribute 'a' to a number.",
  ),
  refused(
    "a type that SQS does not know is refused",
    recorded("test_send_message_with_invalid_string_attributes"),
    { MessageAttributes: { a: text("x", "Text") } },
    "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
  ),
  refused(
    "control characters in an attribute are refused",
    recorded("test_invalid_string_attributes_cause_invalid_parameter_value_error"),
    { MessageAttributes: { a: text("x\u0008") } },
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
  ),
  ...["a!b", "a b", "a(b"].map((name) =>
    refused(
      `an attribute called ${name} is refused`,
      recorded("test_send_message_with_invalid_string_attributes"),
      { MessageAttributes: { [name]: text("x") } },
      `Invalid message (user) attribute name '${name}': ${NAMES}`,
    ),
  ),
  ...["aWs.x", "AMAZON.x", ".x", "x.", "x..y"].map((name) =>
    refused(
      `an attribute called ${name} is refused`,
      recorded("test_send_message_with_invalid_string_attributes"),
      { MessageAttributes: { [name]: text("x") } },
      `Invalid message (user) attribute name '${name}': ${RESERVED}`,
    ),
  ),
  refused(
    "an attribute's name of 257 bytes is refused",
    recorded("test_send_message_with_invalid_string_attributes"),
    { MessageAttributes: { ["L".repeat(257)]: text("x") } },
    "Message (user) attribute names must be shorter than 256 Bytes",
  ),
  {
    what: "letters of any alphabet and types of one's own are fine",
    source: recorded("test_send_message_with_invalid_string_attributes"),
    steps: [send({ MessageAttributes: { "attr.1øßä": text("x", "String.my type") } })],
  },
  {
    what: "attributes are asked for by name, by prefix and by every wildcard",
    source: recorded("test_receive_message_message_attribute_names_filters"),
    steps: [
      send({ MessageAttributes: { Hello: text("a"), "Help.Me": text("b"), Other: text("c") } }),
      ...(
        [
          [["*"], ["Hello", "Help.Me", "Other"]],
          [[".*"], ["Hello", "Help.Me", "Other"]],
          [["All"], ["Hello", "Help.Me", "Other"]],
          [["Hel.*"], ["Hello", "Help.Me"]],
          [["Help"], undefined],
          [["AWS."], undefined],
        ] as const
      ).map(([MessageAttributeNames, names]): Step => {
        const more = names && {
          MD5OfMessageAttributes: ANYTHING,
          MessageAttributes: Object.fromEntries(names.map((name) => [name, ANYTHING])),
        };
        const message = { MessageId: ANYTHING, ReceiptHandle: ANYTHING, MD5OfBody: ANYTHING };
        return {
          ...receive("one", { MessageAttributeNames, ...SHORT }, 2),
          shows: { Messages: [{ ...message, Body: "hi", ...more }] },
        };
      }),
    ],
  },
];

const entries = (...list: object[]) => ({ QueueUrl, Entries: list });
const batch = (what: string, source: string, input: object, fails: string): Row => ({
  what,
  source,
  steps: [{ operation: "SendMessageBatch", input, fails }, nothing],
});

const BATCHES: Row[] = [
  batch(
    "a batch as large as two messages is refused as a whole",
    recorded("test_send_message_batch_with_oversized_contents"),
    entries({ Id: "1", MessageBody: "x".repeat(1_048_576) }, { Id: "2", MessageBody: "x" }),
    "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
  ),
  {
    what: "one message of a batch that is too long for its queue fails alone",
    source: recorded("test_send_batch_message_size"),
    steps: [
      {
        operation: "SetQueueAttributes",
        input: { QueueUrl, Attributes: { MaximumMessageSize: "1024" } },
      },
      {
        operation: "SendMessageBatch",
        input: entries(
          { Id: "1", MessageBody: "x".repeat(1025) },
          { Id: "2", MessageBody: "x".repeat(1024) },
        ),
        answers: {
          Successful: [{ Id: "2", MessageId: ANYTHING, MD5OfMessageBody: ANYTHING }],
          Failed: [
            {
              Id: "1",
              SenderFault: true,
              Code: "InvalidParameterValue",
              Message:
                "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
            },
          ],
        },
      },
    ],
  },
  batch(
    "a batch of nothing is refused",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html",
    entries(),
    "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.",
  ),
  batch(
    "a batch with one id twice is refused",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html",
    entries({ Id: "1", MessageBody: "a" }, { Id: "1", MessageBody: "b" }),
    "BatchEntryIdsNotDistinct: Id 1 repeated.",
  ),
  batch(
    "a batch of eleven is refused",
    recorded("test_too_many_entries_in_batch_request"),
    entries(...Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: "a" }))),
    "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11.",
  ),
  {
    what: "numbers beyond their limits are told in AWS's words",
    source: recorded(
      "test_send_receive_wait_time_seconds, test_send_receive_max_number_of_messages",
    ),
    steps: [
      {
        ...receive("x", { WaitTimeSeconds: 21 }),
        fails:
          "InvalidParameterValue: Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
      },
      {
        ...receive("x", { MaxNumberOfMessages: 11 }),
        fails:
          "InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
      },
      {
        ...send({ DelaySeconds: 901 }),
        fails:
          "InvalidParameterValue: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
      },
    ],
  },
];

/** What SQS does with messages and their receipts. */
export const MESSAGES: Row[] = [...RECEIPTS, ...SENT, ...BATCHES];
