import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assertDeadLetterQueue, assertFunction } from "../support/permissions.ts";
import { ordersWith } from "../support/program.ts";

const test = suite("announcements of orders");

const resources = await ordersWith();
const { get, ofType } = resources;
const json = (value: unknown) => JSON.parse(String(value));
const EVENTS = { eventType: ["OrderCreated", "OrderCompleted", "OrderFailed"] };

test("the topic traces, signs by SHA-256, and takes nothing by plain HTTP", () => {
  assert.equal(get("orders-topic").inputs, {
    displayName: "Orders",
    signatureVersion: 2,
    tracingConfig: "Active",
  });
  const { arn, policy } = get("orders-topic-policy").inputs;
  assert.is(arn, "orders-topic.arn");
  assert.equal(json(policy), {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: "orders-topic.arn",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
});

test("one function reads the stream and publishes, and remembers what it has published", () => {
  assertFunction(resources, "orders-events", {
    description: "Announces each change of an order's status",
    timeout: 30,
    environment: {
      ORDERS_TABLE: "orders-table.name",
      ORDERS_TOPIC_ARN: "orders-topic.arn",
    },
    allowed: [
      [["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], ["orders-table.arn"]],
      [["sns:Publish"], ["orders-topic.arn"]],
      [
        ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        ["orders-table.streamArn"],
      ],
      [["dynamodb:ListStreams"], ["*"]],
      [["sqs:SendMessage"], ["orders-events-dlq.arn"]],
    ],
  });
  const publishers = ofType("aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) =>
    String(inputs["policy"]).includes("sns:"),
  );
  assert.equal(
    publishers.map(({ name }) => name),
    ["orders-events-policy"],
  );
});

test("the stream is read from its beginning, orders whose status is new only, and a record that always fails is singled out", () => {
  const { inputs, dependencies } = get("orders-events-source");
  const { filterCriteria, ...mapping } = inputs;
  assert.equal(mapping, {
    eventSourceArn: "orders-table.streamArn",
    functionName: "orders-events.arn",
    startingPosition: "TRIM_HORIZON",
    batchSize: 100,
    maximumBatchingWindowInSeconds: 1,
    functionResponseTypes: ["ReportBatchItemFailures"],
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 100,
    maximumRecordAgeInSeconds: 21_600,
    destinationConfig: { onFailure: { destinationArn: "orders-events-dlq.arn" } },
  });
  const Keys = { SK: { S: [{ prefix: "ORDER#" }] } };
  const { filters } = filterCriteria as { filters: { pattern: string }[] };
  assert.equal(
    filters.map(({ pattern }) => json(pattern)),
    [
      { eventName: ["INSERT"], dynamodb: { Keys } },
      {
        eventName: ["MODIFY"],
        dynamodb: {
          Keys,
          NewImage: { status: { S: ["PROCESSING", "COMPLETED", "FAILED"] } },
          OldImage: { status: { S: ["PENDING"] } },
        },
      },
      {
        eventName: ["MODIFY"],
        dynamodb: {
          Keys,
          NewImage: { status: { S: ["COMPLETED", "FAILED"] } },
          OldImage: { status: { S: ["PROCESSING"] } },
        },
      },
    ],
  );
  // Lambda tries the role out when the mapping is created: the function waits for its policy, the mapping for it.
  assert.ok(dependencies.includes("orders-events"), dependencies.join());
  assertDeadLetterQueue(resources, "orders-events-dlq");
});

test("the function that writes to the customer may remember that it did, and put down what failed", () => {
  assertFunction(resources, "orders-notify", {
    description: "Notifies the customer by e-mail and SMS (simulated)",
    environment: { ORDERS_TABLE: "orders-table.name", MAX_LETTERS_PER_HOUR: "20" },
    allowed: [
      [["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], ["orders-table.arn"]],
      [["sqs:SendMessage"], ["orders-notify-dlq.arn"]],
    ],
  });
  assert.equal(get("orders-notify-retries").inputs, {
    functionName: "orders-notify.name",
    maximumRetryAttempts: 2,
    destinationConfig: { onFailure: { destination: "orders-notify-dlq.arn" } },
  });
});

test("the topic alone invokes it, for three kinds of events, and what it cannot deliver is kept", () => {
  assert.equal(get("orders-notify-permission").inputs, {
    function: "orders-notify.name",
    action: "lambda:InvokeFunction",
    principal: "sns.amazonaws.com",
    sourceArn: "orders-topic.arn",
  });
  const { inputs, dependencies } = get("orders-notify-subscription");
  const { filterPolicy, redrivePolicy, ...subscription } = inputs;
  assert.equal(subscription, {
    topic: "orders-topic.arn",
    protocol: "lambda",
    endpoint: "orders-notify.arn",
  });
  assert.equal(json(filterPolicy), { ...EVENTS, addressed: ["true"] });
  assert.equal(json(redrivePolicy), { deadLetterTargetArn: "orders-notify-dlq.arn" });
  assert.ok(dependencies.includes("orders-notify-permission"), dependencies.join());
  assertDeadLetterQueue(resources, "orders-notify-dlq", [
    ["sns.amazonaws.com", ["orders-topic.arn"]],
  ]);
});

test("the shop gets e-mails only if the settings have an address", async () => {
  const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
  assert.equal(
    ofType(SUBSCRIPTION).map(({ name }) => name),
    ["orders-notify-subscription"],
  );

  const told = await ordersWith({ config: { "orders:email": "shop@example.com" } });
  assert.is(told.ofType(SUBSCRIPTION).length, 2);
  const { filterPolicy, redrivePolicy, ...subscription } = told.get(
    "orders-email-subscription",
  ).inputs;
  assert.equal(subscription, {
    topic: "orders-topic.arn",
    protocol: "email",
    endpoint: "shop@example.com",
  });
  assert.equal(json(filterPolicy), EVENTS);
  assert.equal(json(redrivePolicy), { deadLetterTargetArn: "orders-notify-dlq.arn" });
});

test.run();
