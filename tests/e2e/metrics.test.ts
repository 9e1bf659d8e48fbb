import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DoorName, mugs, ORDER_FUNCTIONS, Shop } from "./support/shop.ts";
import {
  breakOperation,
  copyProgram,
  doubleDeliveries,
  startStack,
  type TestStack,
} from "./support/stack.ts";

const test = suite("metrics of orders, end to end");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const program = copyProgram();
let stack: TestStack;
let shop: Shop;
let cloudwatch: CloudWatchClient;

test.before(async () => {
  // Metrics of each method cost extra on AWS, so they are off where nobody asks for them.
  program.edit("Pulumi.dev.yaml", (text) => `${text}  api:detailedMetrics: true\n`);
  stack = await startStack({ root: program.root });
  shop = new Shop(stack);
  cloudwatch = new CloudWatchClient(stack.aws);
});
test.after(async () => {
  await stack?.stop();
  program.remove();
});

/** The values of a metric with these dimensions and no others, a value for each day that has one. */
async function statistics(
  Namespace: string,
  MetricName: string,
  dimensions: Record<string, string>,
  statistic: Statistic = "Sum",
): Promise<number[]> {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(stack.clock.now() - DAY),
      EndTime: new Date(stack.clock.now() + DAY),
      Period: DAY / 1000,
      Statistics: [statistic],
    }),
  );
  return Datapoints.map((datapoint) => datapoint[statistic] ?? Number.NaN);
}

async function sum(...metric: Parameters<typeof statistics>): Promise<number> {
  const values = await statistics(...metric);
  // Prices have two decimals, and sums of them must not show more.
  return Math.round(values.reduce((total, value) => total + value, 0) * 100) / 100;
}

const counted: [metric: string, dimension: string, values: string[]][] = [
  ["OrdersCreated", "Door", ["rest", "http", "direct"]],
  ["OrderValue", "Currency", ["EUR", "USD"]],
  ["OrdersProcessed", "Status", ["COMPLETED", "FAILED"]],
  ["PaymentsProcessed", "Outcome", ["captured", "declined", "refunded", "voided"]],
  ["NotificationsSent", "Channel", ["email", "sms"]],
];

/** Every sum of the business that is not 0. */
async function business(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [metric, dimension, values] of counted) {
    for (const value of values) {
      const total = await sum("OrderProcessingSystem", metric, { [dimension]: value });
      if (total !== 0) sums[`${metric} ${value}`] = total;
    }
  }
  return sums;
}

/** Places an order and waits until all is told of it. */
async function order(door: DoorName, body: object, status = "COMPLETED"): Promise<string> {
  const orderId = await shop.place(door, body);
  await shop.until(orderId, status);
  const told = () => shop.letters(orderId).filter((it) => /ada@example|sms/.test(it)).length === 3;
  await stack.until("three letters", () => told() || undefined);
  return orderId;
}

// Long enough for something to be counted twice, if it were.
const silence = () => stack.clock.advance(60_000);

test("one order is counted once, in each metric of the business", async () => {
  await order("rest", mugs());
  await silence();
  assert.equal(await business(), {
    "OrdersCreated rest": 1,
    "OrderValue EUR": 59.98,
    "OrdersProcessed COMPLETED": 1,
    "PaymentsProcessed captured": 1,
    "NotificationsSent email": 2,
    "NotificationsSent sms": 1,
  });
});

test("AWS counts its own side of the same order", async () => {
  const names = stack.outputs["functionNames"] as Record<string, string>;
  const FunctionName = names["placeOrder"] ?? "";
  const StateMachineArn = stack.output("orderWorkflowArn");
  const QueueName = stack.output("ordersQueueUrl").split("/").at(-1) ?? "";
  const post = {
    ApiName: `${stack.program.project}-dev-orders`,
    Stage: "prod",
    Method: "POST",
    Resource: "/orders",
  };
  assert.equal(
    {
      invocations: await sum("AWS/Lambda", "Invocations", { FunctionName }),
      errors: await sum("AWS/Lambda", "Errors", { FunctionName }),
      durations: await sum("AWS/Lambda", "Duration", { FunctionName }, "SampleCount"),
      sent: await sum("AWS/SQS", "NumberOfMessagesSent", { QueueName }),
      deleted: await sum("AWS/SQS", "NumberOfMessagesDeleted", { QueueName }),
      started: await sum("AWS/States", "ExecutionsStarted", { StateMachineArn }),
      succeeded: await sum("AWS/States", "ExecutionsSucceeded", { StateMachineArn }),
      failed: await sum("AWS/States", "ExecutionsFailed", { StateMachineArn }),
      requests: await sum("AWS/ApiGateway", "Count", post, "SampleCount"),
      serverErrors: await sum("AWS/ApiGateway", "5XXError", post),
      clientErrors: await sum("AWS/ApiGateway", "4XXError", post),
    },
    {
      invocations: 1,
      errors: 0,
      durations: 1,
      sent: 1,
      deleted: 1,
      started: 1,
      succeeded: 1,
      failed: 0,
      requests: 1,
      serverErrors: 0,
      clientErrors: 0,
    },
  );
});

test("orders that fail, and other doors and currencies, are counted apart", async () => {
  await order("http", mugs("mug", { paymentToken: "tok_declined", currency: "USD" }), "FAILED");
  await silence();
  assert.equal(await business(), {
    "OrdersCreated rest": 1,
    "OrdersCreated http": 1,
    "OrderValue EUR": 59.98,
    "OrderValue USD": 59.98,
    "OrdersProcessed COMPLETED": 1,
    "OrdersProcessed FAILED": 1,
    "PaymentsProcessed captured": 1,
    "PaymentsProcessed declined": 1,
    "NotificationsSent email": 4,
    "NotificationsSent sms": 2,
  });
});

test("an order whose every message comes twice is counted once", async () => {
  const before = await business();
  const end = doubleDeliveries(stack, ORDER_FUNCTIONS);
  await order("direct", mugs());
  await silence();
  end();
  assert.equal(await business(), {
    ...before,
    "OrdersCreated direct": 1,
    "OrderValue EUR": 119.96,
    "OrdersProcessed COMPLETED": 2,
    "PaymentsProcessed captured": 2,
    "NotificationsSent email": 6,
    "NotificationsSent sms": 3,
  });
});

test("the reconciler counts orders that are late, and none once they are helped", async () => {
  const lambda = new LambdaClient(stack.aws);
  const { reconcile } = stack.outputs["functionNames"] as Record<string, string>;
  const run = () =>
    lambda.send(new InvokeCommand({ FunctionName: reconcile, Payload: Buffer.from("{}") }));
  const late = (statistic: Statistic) =>
    statistics("OrderProcessingSystem", "OrdersLate", { Service: "orders" }, statistic);
  assert.equal(await late("SampleCount"), []);

  const mend = breakOperation(stack, stack.services.sqs, "SendMessageBatch");
  const orderId = await shop.place("rest", mugs());
  const { [`ORDER#${orderId}`]: item = {} } = await shop.items(orderId);
  await shop.put({ ...item, createdAt: new Date(Date.now() - HOUR).toISOString() });
  await run();
  await stack.until("a count", async () => (await late("Sum"))[0]);
  assert.equal(await late("Maximum"), [1]);

  mend();
  await shop.until(orderId, "COMPLETED");
  await run();
  await stack.until(
    "a second count",
    async () => (await late("SampleCount"))[0] === 2 || undefined,
  );
  assert.equal([await late("Sum"), await late("Minimum")], [[1], [0]]);
});

test.run();
