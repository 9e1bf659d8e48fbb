import { suite } from "uvu";
import * as assert from "uvu/assert";
import { orderProgram, WORKFLOW_ARN } from "../support/order-program.ts";
import {
  type Allowed,
  assertDeadLetterQueue,
  assertFunction,
  assertQueuePolicy,
  assertRole,
} from "../support/permissions.ts";

const test = suite("processing of orders");

const resources = await orderProgram();
const { get } = resources;
const json = (value: unknown) => JSON.parse(String(value));

const START: Allowed = [["states:StartExecution"], [WORKFLOW_ARN]];
const SEND: Allowed = [["sqs:SendMessage"], ["orders-queue.arn"]];

test("the queue gives its consumer six times its timeout, and sets aside what failed five times", () => {
  const { redrivePolicy, ...queue } = get("orders-queue").inputs;
  assert.equal(queue, {
    visibilityTimeoutSeconds: 6 * Number(get("orders-process").inputs["timeout"]),
    messageRetentionSeconds: 1_209_600,
    maxMessageSize: 262_144,
    receiveWaitTimeSeconds: 20,
    sqsManagedSseEnabled: true,
  });
  assert.equal(json(redrivePolicy), {
    deadLetterTargetArn: "orders-dlq.arn",
    maxReceiveCount: 5,
  });
  assertQueuePolicy(get("orders-queue-policy").inputs, "orders-queue");
});

test("what is set aside is kept for fourteen days, and is from this queue only", () => {
  assertDeadLetterQueue(resources, "orders-dlq");
  const { queueUrl, redriveAllowPolicy } = get("orders-dlq-sources").inputs;
  assert.is(queueUrl, "orders-dlq.url");
  assert.equal(json(redriveAllowPolicy), {
    redrivePermission: "byQueue",
    sourceQueueArns: ["orders-queue.arn"],
  });
});

test("the consumer may store, start the workflow, take from the queue and set aside", () => {
  assertFunction(resources, "orders-process", {
    description: "Stores what is not stored, and starts the workflow of each order",
    timeout: 30,
    environment: {
      IDEMPOTENCY_HOURS: "24",
      ORDERS_TABLE: "order-tables-table.name",
      ORDER_STATUS_SHARDS: "4",
      ORDER_WORKFLOW_ARN: WORKFLOW_ARN,
      SET_ASIDE_QUEUE_URL: "orders-dlq.url",
    },
    allowed: [
      [["dynamodb:GetItem", "dynamodb:PutItem"], ["order-tables-table.arn"]],
      START,
      [["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ["orders-queue.arn"]],
      [["sqs:SendMessage"], ["orders-dlq.arn"]],
    ],
  });
});

test("the queue feeds the consumer batch by batch, and hears of each message that failed", () => {
  const { inputs, dependencies } = get("orders-process-source");
  assert.equal(inputs, {
    eventSourceArn: "orders-queue.arn",
    functionName: "orders-process.arn",
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 10 },
  });
  // Lambda tries the role out when the mapping is created: the function waits for its policy, the mapping for it.
  assert.equal(dependencies, ["orders-process", "orders-queue"]);
});

test("batches and concurrency are as the settings say", async () => {
  const config = { "orders:batchSize": "3", "orders:maximumConcurrency": "2" };
  const { inputs } = (await orderProgram({ config })).get("orders-process-source");
  assert.is(inputs["batchSize"], 3);
  assert.equal(inputs["scalingConfig"], { maximumConcurrency: 2 });
});

test("a pipe brings each order of the keyed API to the queue, by its id", () => {
  const { inputs, dependencies } = get("orders-placed");
  const { sourceParameters, targetParameters, ...pipe } = inputs;
  assert.equal(pipe, {
    description: "Brings each order that the keyed API has stored to the queue",
    roleArn: "orders-placed-role.arn",
    source: "order-tables-table.streamArn",
    target: "orders-queue.arn",
  });
  const { filterCriteria, dynamodbStreamParameters } = sourceParameters as {
    filterCriteria: { filters: { pattern: string }[] };
    dynamodbStreamParameters: object;
  };
  assert.equal(
    filterCriteria.filters.map(({ pattern }) => json(pattern)),
    [
      {
        eventName: ["INSERT"],
        dynamodb: { NewImage: { door: { S: ["rest"] }, status: { S: ["PENDING"] } } },
      },
    ],
  );
  assert.equal(dynamodbStreamParameters, {
    startingPosition: "TRIM_HORIZON",
    batchSize: 10,
    onPartialBatchItemFailure: "AUTOMATIC_BISECT",
    maximumRetryAttempts: 100,
    maximumRecordAgeInSeconds: 21_600,
    deadLetterConfig: { arn: "orders-placed-dlq.arn" },
  });
  assert.equal(targetParameters, {
    inputTemplate:
      '{"orderId": "<$.dynamodb.NewImage.orderId.S>", "createdAt": "<$.dynamodb.NewImage.createdAt.S>"}',
  });
  assert.ok(dependencies.includes("orders-placed-policy"), dependencies.join());
});

test("the pipe may read the stream, send to the queue and put failures down", () => {
  assertRole(resources, "orders-placed", "pipes.amazonaws.com", [
    [
      [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      ["order-tables-table.streamArn"],
    ],
    SEND,
    [["sqs:SendMessage"], ["orders-placed-dlq.arn"]],
  ]);
  assertDeadLetterQueue(resources, "orders-placed-dlq");
});

test("the reconciler may look for late orders and their runs, and send either on", () => {
  assertFunction(resources, "orders-reconcile", {
    description: "Finds orders that are late, and sends them on",
    timeout: 300,
    environment: {
      LATE_AFTER_MINUTES: "15",
      ORDERS_QUEUE_URL: "orders-queue.url",
      ORDERS_TABLE: "order-tables-table.name",
      ORDER_STATUS_SHARDS: "4",
      ORDER_WORKFLOW_ARN: WORKFLOW_ARN,
    },
    allowed: [
      [["dynamodb:GetItem"], ["order-tables-table.arn"]],
      [["dynamodb:Query"], ["order-tables-table.arn/index/byStatus"]],
      [
        ["states:DescribeExecution"],
        ["arn:aws:states:eu-central-1:111122223333:execution:workflow-orders:order-*"],
      ],
      START,
      SEND,
      [["sqs:SendMessage"], ["orders-reconcile-dlq.arn"]],
    ],
  });
});

test("the reconciler is started by its rule alone, and a run that fails is put down and not repeated", () => {
  assert.equal(get("orders-reconcile-rule").inputs, {
    description: "Finds orders that are late, and sends them on",
    scheduleExpression: "rate(5 minutes)",
  });
  assert.equal(get("orders-reconcile-permission").inputs, {
    function: "orders-reconcile.name",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn: "orders-reconcile-rule.arn",
  });
  const { inputs, dependencies } = get("orders-reconcile-target");
  assert.equal(inputs, {
    rule: "orders-reconcile-rule.name",
    arn: "orders-reconcile.arn",
    deadLetterConfig: { arn: "orders-reconcile-dlq.arn" },
  });
  assert.ok(dependencies.includes("orders-reconcile-permission"), dependencies.join());
  assert.equal(get("orders-reconcile-retries").inputs, {
    functionName: "orders-reconcile.name",
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: "orders-reconcile-dlq.arn" } },
  });
  assertDeadLetterQueue(resources, "orders-reconcile-dlq", [
    ["events.amazonaws.com", ["orders-reconcile-rule.arn"]],
  ]);
});

test("when it looks, and what is late to it, is as the settings say", async () => {
  const config = { "orders:reconcileSchedule": "rate(1 hour)", "orders:lateAfterMinutes": "90" };
  const { get } = await orderProgram({ config });
  assert.is(get("orders-reconcile-rule").inputs["scheduleExpression"], "rate(1 hour)");
  const { variables } = get("orders-reconcile").inputs["environment"] as {
    variables: Record<string, string>;
  };
  assert.is(variables["LATE_AFTER_MINUTES"], "90");
});

test.run();
