import { ANYTHING, type Row, recorded } from "../../support/conformance.ts";

const TopicArn = "arn:aws:sns:eu-central-1:000000000000:t";
const ATTRIBUTES = recorded("test_empty_or_wrong_message_attributes");
const refused = (what: string, source: string, input: object, fails: string): Row => ({
  what,
  source,
  steps: [{ operation: "Publish", input: { Message: "hi", ...input }, fails }],
});
const attribute = (what: string, attributes: object, fails: string) =>
  refused(
    what,
    ATTRIBUTES,
    { TopicArn, MessageAttributes: attributes },
    `ParameterValueInvalid: ${fails}`,
  );
const named = (name: string, fails: string) =>
  attribute(
    `an attribute called ${name.slice(0, 8)} is refused`,
    { [name]: { DataType: "String", StringValue: "x" } },
    fails,
  );
const batch = (what: string, source: string, entries: object[], fails: string): Row => ({
  what,
  source,
  steps: [
    {
      operation: "PublishBatch",
      input: { TopicArn, PublishBatchRequestEntries: entries },
      fails,
    },
  ],
});
const IDS = recorded("test_publish_batch_invalid_entry_id");

/** What SNS does with messages as they are published. */
export const MESSAGES: Row[] = [
  ...["arn:aws", "t"].map((arn) =>
    refused(
      `${arn} is no ARN of a topic`,
      recorded("test_publish_wrong_arn_format"),
      { TopicArn: arn },
      `InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not ${arn.split(":").length}`,
    ),
  ),
  refused(
    "a topic that is not there",
    recorded("test_unknown_topic_publish"),
    { TopicArn: `${TopicArn}2` },
    "NotFound: Topic does not exist",
  ),
  refused(
    "an endpoint of an application that is not there",
    recorded("test_publish_non_existent_target"),
    { TargetArn: "arn:aws:sns:eu-central-1:000000000000:endpoint/APNS/abcdef/0f7d5971" },
    "InvalidParameter: Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
  ),
  refused(
    "neither topic nor target",
    "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    {},
    "InvalidParameter: Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
  ),
  named("a".repeat(256), "Length of message attribute name must be less than 256 bytes."),
  named(
    "a^b",
    "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
  ),
  named(".a", "Invalid message attribute name starting with character '.' was found."),
  named("a.", "Invalid message attribute name ending with character '.' was found."),
  named("a..b", "Message attribute name can not have successive '.' character."),
  attribute(
    "a type that ends in its dot is refused",
    { a: { DataType: "String.", StringValue: "x" } },
    "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ),
  attribute(
    "a number in the field of binary values is refused",
    { a: { DataType: "Number", BinaryValue: "MQ==" } },
    "The message attribute 'a' with type 'Number' must use field 'String'.",
  ),
  attribute(
    "a binary value in the field of texts is refused",
    { a: { DataType: "Binary", StringValue: "x" } },
    "The message attribute 'a' with type 'Binary' must use field 'Binary'.",
  ),
  attribute(
    "an empty text is refused",
    { a: { DataType: "String", StringValue: "" } },
    "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
  ),
  batch(
    "a batch that is too large together is refused",
    recorded("test_publish_batch_too_long_message"),
    [
      { Id: "1", Message: "a".repeat(131_072) },
      { Id: "2", Message: "b".repeat(131_073) },
    ],
    "BatchRequestTooLong: The length of all the messages put together is more than the limit.",
  ),
  batch(
    "an attribute that is refused refuses the batch",
    ATTRIBUTES,
    [
      { Id: "1", Message: "a", MessageAttributes: { a: { DataType: "String", StringValue: "" } } },
      { Id: "2", Message: "b" },
    ],
    "ParameterValueInvalid: The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
  ),
  batch(
    "an id with a dot is refused",
    IDS,
    [{ Id: "message.id", Message: "a" }],
    "InvalidBatchEntryId: The Id of a batch entry in the batch request contains an impermissible character: message.id",
  ),
  batch(
    "an id of 81 letters is refused",
    IDS,
    [{ Id: "a".repeat(81), Message: "a" }],
    `InvalidBatchEntryId: The Id of a batch entry in the batch request is too long: ${"a".repeat(81)}`,
  ),
  batch(
    "one id twice is refused",
    recorded("test_publish_batch_exceptions"),
    [
      { Id: "1", Message: "a" },
      { Id: "1", Message: "b" },
    ],
    "BatchEntryIdsNotDistinct: Two or more batch entries in the request have the same Id.",
  ),
  batch(
    "eleven entries are refused",
    recorded("test_publish_batch_exceptions"),
    Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, Message: "a" })),
    "TooManyEntriesInBatchRequest: The batch request contains more entries than permissible.",
  ),
  {
    what: "a batch tells of nothing that failed, too",
    source: IDS,
    steps: [
      {
        operation: "PublishBatch",
        input: { TopicArn, PublishBatchRequestEntries: [{ Id: "a-_1", Message: "a" }] },
        answers: { Successful: [{ Id: "a-_1", MessageId: ANYTHING }], Failed: [] },
      },
    ],
  },
  {
    what: "a topic shows the default policy of its account",
    source: recorded("test_create_topic_test_arn"),
    steps: [
      {
        operation: "GetTopicAttributes",
        input: { TopicArn },
        shows: {
          Attributes: {
            TopicArn,
            Owner: "000000000000",
            DisplayName: "",
            SubscriptionsConfirmed: "0",
            SubscriptionsPending: "0",
            SubscriptionsDeleted: "0",
            EffectiveDeliveryPolicy: ANYTHING,
            Policy: JSON.stringify({
              Version: "2008-10-17",
              Id: "__default_policy_ID",
              Statement: [
                {
                  Sid: "__default_statement_ID",
                  Effect: "Allow",
                  Principal: { AWS: "*" },
                  Action: [
                    "SNS:GetTopicAttributes",
                    "SNS:SetTopicAttributes",
                    "SNS:AddPermission",
                    "SNS:RemovePermission",
                    "SNS:DeleteTopic",
                    "SNS:Subscribe",
                    "SNS:ListSubscriptionsByTopic",
                    "SNS:Publish",
                  ],
                  Resource: TopicArn,
                  Condition: { StringEquals: { "AWS:SourceOwner": "000000000000" } },
                },
              ],
            }),
          },
        },
      },
    ],
  },
];
