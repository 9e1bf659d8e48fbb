import { ANYTHING, type Row, recorded, type Step } from "../../support/conformance.ts";

const url = (name: string) => `http://127.0.0.1:4566/000000000000/${name}`;
const arn = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;
const QueueUrl = url("q");
const create = (QueueName: string, Attributes: Record<string, string> = {}): Step => ({
  operation: "CreateQueue",
  input: { QueueName, Attributes },
});
const set = (Attributes: Record<string, string>): Step => ({
  operation: "SetQueueAttributes",
  input: { QueueUrl, Attributes },
});
const get = (names: string[], Attributes?: Record<string, unknown>): Step => ({
  operation: "GetQueueAttributes",
  input: { QueueUrl, AttributeNames: names },
  answers: Attributes ? { Attributes } : {},
});
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: arn("q") }],
});
const SSE = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"];

const CREATED: Row[] = [
  {
    what: "a queue may be created again without the attributes that it has",
    source: recorded("test_create_queue_with_default_attributes_is_idempotent"),
    steps: [
      create("new", { VisibilityTimeout: "69", ReceiveMessageWaitTimeSeconds: "1" }),
      { ...create("new"), answers: { QueueUrl: url("new") } },
      { ...create("new", { VisibilityTimeout: "69" }), answers: { QueueUrl: url("new") } },
    ],
  },
  {
    what: "a queue is not created again with another attribute, which is named",
    source: recorded("test_create_queue_with_different_attributes_raises_exception"),
    steps: [
      create("new", { DelaySeconds: "1" }),
      {
        ...create("new", { DelaySeconds: "2" }),
        fails:
          "QueueNameExists: A queue already exists with the same name and a different value for attribute DelaySeconds",
      },
      create("other"),
      {
        ...create("other", { Policy: POLICY }),
        fails:
          "QueueNameExists: A queue already exists with the same name and a different value for attribute Policy",
      },
    ],
  },
  {
    what: "a policy and tags of CreateQueue are kept",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
    steps: [
      {
        operation: "CreateQueue",
        input: { QueueName: "new", Attributes: { Policy: POLICY }, tags: { team: "shop" } },
      },
      {
        operation: "GetQueueAttributes",
        input: { QueueUrl: url("new"), AttributeNames: ["Policy"] },
        answers: { Attributes: { Policy: POLICY } },
      },
      {
        operation: "ListQueueTags",
        input: { QueueUrl: url("new") },
        answers: { Tags: { team: "shop" } },
      },
    ],
  },
  {
    what: "attributes of FIFO queues are refused by name",
    source: recorded("test_create_standard_queue_with_fifo_attribute_raises_error"),
    steps: [
      {
        ...create("new", { ContentBasedDeduplication: "false" }),
        fails: "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.",
      },
      {
        ...create("new", { DeduplicationScope: "queue" }),
        fails:
          "InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is set to true.",
      },
      {
        ...create("new", { FifoThroughputLimit: "perQueue" }),
        fails:
          "InvalidAttributeName: You can specify the FifoThroughputLimit only when FifoQueue is set to true.",
      },
      {
        ...set({ FifoQueue: "true" }),
        fails: "InvalidAttributeName: Unknown Attribute FifoQueue.",
      },
    ],
  },
];

const ATTRIBUTES: Row[] = [
  {
    what: "an empty policy removes the policy",
    source: recorded("test_set_empty_queue_policy"),
    steps: [
      set({ Policy: "" }),
      get(["Policy"]),
      set({ Policy: POLICY }),
      get(["Policy"], { Policy: POLICY }),
      set({ Policy: "" }),
      get(["Policy"]),
    ],
  },
  {
    what: "encryption by a key of KMS ends that by SQS, and is shown",
    source: recorded("test_sse_queue_attributes, test_set_queue_attributes_default_values"),
    steps: [
      get(SSE, { SqsManagedSseEnabled: "true" }),
      set({ KmsMasterKeyId: "key", KmsDataKeyReusePeriodSeconds: "6000" }),
      get(SSE, {
        KmsMasterKeyId: "key",
        KmsDataKeyReusePeriodSeconds: "6000",
        SqsManagedSseEnabled: "false",
      }),
      set({ KmsMasterKeyId: "", KmsDataKeyReusePeriodSeconds: "300" }),
      get(SSE, { SqsManagedSseEnabled: "false" }),
      {
        ...set({ KmsMasterKeyId: "key", SqsManagedSseEnabled: "true" }),
        fails:
          "InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
      },
    ],
  },
  {
    what: "values beyond their limits name the attribute",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    steps: Object.entries({
      VisibilityTimeout: "43201",
      DelaySeconds: "",
      MessageRetentionPeriod: "59",
      MaximumMessageSize: "1023",
      ReceiveMessageWaitTimeSeconds: "1.5",
      KmsDataKeyReusePeriodSeconds: "59",
      SqsManagedSseEnabled: "yes",
    }).map(([name, value]) => ({
      ...set({ [name]: value }),
      fails: `InvalidAttributeValue: Invalid value for the parameter ${name}.`,
    })),
  },
  {
    what: "names that no queue has are refused, both ways",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html",
    steps: [
      { ...set({ Color: "red" }), fails: "InvalidAttributeName: Unknown Attribute Color." },
      { ...get(["Color"]), fails: "InvalidAttributeName: Unknown Attribute Color." },
    ],
  },
  {
    what: "a change is told by its time",
    source: recorded("test_create_and_update_queue_attributes"),
    steps: [
      get(["CreatedTimestamp", "LastModifiedTimestamp"], {
        CreatedTimestamp: "1767225600",
        LastModifiedTimestamp: "1767225600",
      }),
      { ...set({ DelaySeconds: "1" }), after: 60 },
      get(["CreatedTimestamp", "LastModifiedTimestamp"], {
        CreatedTimestamp: "1767225600",
        LastModifiedTimestamp: "1767225660",
      }),
    ],
  },
  {
    what: "a redrive policy is refused for what it lacks",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    steps: (
      [
        [
          { maxReceiveCount: 1 },
          "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
        ],
        [
          { deadLetterTargetArn: arn("q") },
          "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
        ],
        [
          { deadLetterTargetArn: arn("q"), maxReceiveCount: 1001 },
          "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
        ],
        [
          { deadLetterTargetArn: arn("no"), maxReceiveCount: 1 },
          "Dead letter target does not exist.",
        ],
      ] as const
    ).map(([policy, reason]) => {
      const RedrivePolicy = JSON.stringify(policy);
      return {
        ...set({ RedrivePolicy }),
        fails: `InvalidParameterValue: Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
      };
    }),
  },
];

const task = (taskId: string, sourceArn: string) =>
  Buffer.from(JSON.stringify({ taskId, sourceArn })).toString("base64");
const cancel = (TaskHandle: string, fails: string): Step => ({
  operation: "CancelMessageMoveTask",
  input: { TaskHandle },
  fails,
});
const DEAD = url("dead");
const bury = (count: number): Step[] => [
  create("dead"),
  create("back"),
  set({
    VisibilityTimeout: "0",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 1 }),
  }),
  ...Array.from({ length: count }, (_, n) => ({
    operation: "SendMessage",
    input: { QueueUrl, MessageBody: `m${n}` },
  })),
  ...Array.from({ length: 2 }, () => ({
    operation: "ReceiveMessage",
    input: { QueueUrl, MaxNumberOfMessages: 10 },
    after: 1,
  })),
];
const start = (more: object = {}): Step => ({
  operation: "StartMessageMoveTask",
  input: { SourceArn: arn("dead"), ...more },
});
const list = (result: object, after = 0): Step => ({
  operation: "ListMessageMoveTasks",
  input: { SourceArn: arn("dead") },
  after,
  answers: { Results: [{ SourceArn: arn("dead"), StartedTimestamp: ANYTHING, ...result }] },
});

const MOVES: Row[] = [
  {
    what: "a move without a rate shows none",
    source: recorded("test_move_task_workflow_with_default_destination"),
    steps: [
      ...bury(2),
      start(),
      list({
        Status: "COMPLETED",
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
      }),
    ],
  },
  {
    what: "a move to a queue that is deleted fails, and the rest stays",
    source: recorded("test_move_task_delete_destination_queue_while_running"),
    steps: [
      ...bury(3),
      start({ DestinationArn: arn("back"), MaxNumberOfMessagesPerSecond: 1 }),
      { operation: "DeleteQueue", input: { QueueUrl: url("back") } },
      list(
        {
          Status: "FAILED",
          FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
          DestinationArn: arn("back"),
          MaxNumberOfMessagesPerSecond: 1,
          ApproximateNumberOfMessagesMoved: 1,
          ApproximateNumberOfMessagesToMove: 3,
        },
        2,
      ),
      {
        operation: "ReceiveMessage",
        input: { QueueUrl: DEAD, MaxNumberOfMessages: 10 },
        shows: { Messages: [ANYTHING, ANYTHING] },
      },
    ],
  },
  {
    what: "a source has one move at a time",
    source: recorded("test_start_multiple_move_tasks"),
    steps: [
      ...bury(3),
      start({ MaxNumberOfMessagesPerSecond: 1 }),
      {
        ...start(),
        fails:
          "InvalidParameterValue: There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      },
    ],
  },
  {
    what: "a move names what is not there",
    source: recorded("test_destination_needs_to_exist, test_source_needs_redrive_policy"),
    steps: [
      ...bury(1),
      {
        ...start({ SourceArn: arn("no") }),
        fails:
          "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
      },
      {
        ...start({ DestinationArn: arn("no") }),
        fails:
          "ResourceNotFoundException: The resource that you specified for the DestinationArn parameter doesn't exist.",
      },
      {
        ...start({ SourceArn: "dead" }),
        fails:
          "InvalidParameterValue: You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
      },
      {
        ...start({ SourceArn: arn("back") }),
        fails: "InvalidParameterValue: Source queue must be configured as a Dead Letter Queue.",
      },
    ],
  },
  {
    what: "a handle that is none, of no source, or of no task is told apart",
    source: recorded("test_cancel_with_invalid_task_handle and its two relatives"),
    steps: [
      cancel("foobared", "InvalidParameterValue: Value for parameter TaskHandle is invalid."),
      cancel(
        task("10f57dfe", arn("no")),
        "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
      ),
      cancel(task("10f57dfe", arn("q")), "ResourceNotFoundException: Task does not exist."),
    ],
  },
];

/** What SQS does with queues, their attributes and moves of dead letters. */
export const QUEUES: Row[] = [...CREATED, ...ATTRIBUTES, ...MOVES];
