import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Allowed,
  assertDeadLetterQueue,
  assertFunction,
  assertQueuePolicy,
  assertRole,
} from "../support/permissions.ts";
import { ordersWith } from "../support/program.ts";

const test = suite("processing of orders");

const resources = await ordersWith();
const { get } = resources;
const json = (value: unknown) => JSON.parse(String(value));

const START: Allowed = [["states:StartExecution"], ["order-workflow.arn"]];
const SEND: Allowed = [["sqs:SendMessage"], ["orders-queue.arn"]];

test("the queue gives its consumer six times its timeout, and sets aside what failed five times", () => {
  const { redrivePolicy, ...queue } = get("orders-queue").inputs;
  assert.equal(queue, {
    visibilityTimeoutSeconds: 6 * Number(get("order-workflow-process-order").inputs["timeout"]),
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

test("dead letters are kept for fourteen days, and come from this queue only", () => {
  assertDeadLetterQueue(resources, "orders-dlq");
  const { queueUrl, redriveAllowPolicy } = get("orders-dlq-sources").inputs;
  assert.is(queueUrl, "orders-dlq.url");
  assert.equal(json(redriveAllowPolicy), {
    redrivePermission: "byQueue",
    sourceQueueArns: ["orders-queue.arn"],
  });
});

test("the consumer may write orders, start the workflow, receive from the queue and send to the dead-letter queue", () => {
  assertFunction(resources, "order-workflow-process-order", {
    description: "Stores each queued order that is not stored yet, and starts its workflow",
    timeout: 30,
    environment: {
      IDEMPOTENCY_HOURS: "24",
      ORDERS_TABLE: "orders-table.name",
      ORDER_STATUS_SHARDS: "4",
      ORDER_WORKFLOW_ARN: "order-workflow.arn",
      SET_ASIDE_QUEUE_URL: "orders-dlq.url",
    },
    allowed: [
      [["dynamodb:GetItem", "dynamodb:PutItem"], ["orders-table.arn"]],
      START,
      [["sqs:SendMessage"], ["orders-dlq.arn"]],
      [["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ["orders-queue.arn"]],
    ],
  });
});

test("the queue feeds the consumer batch by batch, and hears of each message that failed", () => {
  const { inputs, dependencies } = get("order-workflow-process-order-source");
  assert.equal(inputs, {
    eventSourceArn: "orders-queue.arn",
    functionName: "order-workflow-process-order.arn",
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 10 },
  });
  // Lambda tries the role out when the mapping is created: the function waits for its policy, the mapping for it.
  assert.equal(dependencies, ["order-workflow-process-order", "orders-queue"]);
});

test("batches and concurrency are as the settings say", async () => {
  const config = { "orders:batchSize": "3", "orders:maximumConcurrency": "2" };
  const { inputs } = (await ordersWith({ config })).get("order-workflow-process-order-source");
  assert.is(inputs["batchSize"], 3);
  assert.equal(inputs["scalingConfig"], { maximumConcurrency: 2 });
});

test("a pipe brings each order of the keyed API to the queue, by its id", () => {
  const { inputs, dependencies } = get("orders-placed");
  const { sourceParameters, targetParameters, ...pipe } = inputs;
  assert.equal(pipe, {
    description: "Sends each order that the keyed API has stored to the queue",
    roleArn: "orders-placed-role.arn",
    source: "orders-table.streamArn",
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
      ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      ["orders-table.streamArn"],
    ],
    [["dynamodb:ListStreams"], ["*"]],
    SEND,
    [["sqs:SendMessage"], ["orders-placed-dlq.arn"]],
  ]);
  assertDeadLetterQueue(resources, "orders-placed-dlq");
});

test("the reconciler may look for late orders and their runs, and send either on", () => {
  assertFunction(resources, "order-workflow-reconcile", {
    description: "Finds orders that are late and resumes them",
    timeout: 300,
    environment: {
      LATE_AFTER_MINUTES: "15",
      ORDERS_QUEUE_URL: "orders-queue.url",
      ORDERS_TABLE: "orders-table.name",
      ORDER_RECOVERY_ARN: "order-workflow-recovery.arn",
      ORDER_STATUS_SHARDS: "4",
      ORDER_WORKFLOW_ARN: "order-workflow.arn",
    },
    allowed: [
      [["dynamodb:GetItem"], ["orders-table.arn"]],
      [["dynamodb:Query"], ["orders-table.arn/index/byStatus"]],
      [["states:DescribeExecution"], ["order-workflow-recovery.arn:order-*"]],
      START,
      SEND,
      [["sqs:SendMessage"], ["order-workflow-reconcile-dlq.arn"]],
    ],
  });
});

test("the reconciler is started by its rule alone, and a run that fails is put down and not repeated", () => {
  assert.equal(get("order-workflow-reconcile-rule").inputs, {
    description: "Finds orders that are late and resumes them",
    scheduleExpression: "rate(5 minutes)",
  });
  assert.equal(get("order-workflow-reconcile-permission").inputs, {
    function: "order-workflow-reconcile.name",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn: "order-workflow-reconcile-rule.arn",
  });
  const { inputs, dependencies } = get("order-workflow-reconcile-target");
  assert.equal(inputs, {
    rule: "order-workflow-reconcile-rule.name",
    arn: "order-workflow-reconcile.arn",
    deadLetterConfig: { arn: "order-workflow-reconcile-dlq.arn" },
  });
  assert.ok(dependencies.includes("order-workflow-reconcile-permission"), dependencies.join());
  assert.equal(get("order-workflow-reconcile-retries").inputs, {
    functionName: "order-workflow-reconcile.name",
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: "order-workflow-reconcile-dlq.arn" } },
  });
  assertDeadLetterQueue(resources, "order-workflow-reconcile-dlq", [
    ["events.amazonaws.com", ["order-workflow-reconcile-rule.arn"]],
  ]);
});

test("when it looks, and what is late to it, is as the settings say", async () => {
  const config = { "orders:reconcileSchedule": "rate(1 hour)", "orders:lateAfterMinutes": "90" };
  const { get } = await ordersWith({ config });
  assert.is(get("order-workflow-reconcile-rule").inputs["scheduleExpression"], "rate(1 hour)");
  const { variables } = get("order-workflow-reconcile").inputs["environment"] as {
    variables: Record<string, string>;
  };
  assert.is(variables["LATE_AFTER_MINUTES"], "90");
});

test.run();
