import { suite } from "uvu";
import * as assert from "uvu/assert";
import { workQueue } from "../../../infra/aws/queue.ts";
import { monitoredShop } from "../support/watched-shop.ts";

const test = suite("alarms of what is watched");

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const TOPIC = "monitoring-alerts-topic.arn";

const shop = await monitoredShop();
const namesIn = ({ ofType }: typeof shop) => ofType(ALARM).map(({ name }) => name);

interface ExpectedAlarm {
  alarmDescription: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  threshold?: number;
  statistic?: string;
  /** Instead of one minute at or over the threshold. */
  otherwise?: object;
}

const sell = { namespace: "AWS/Lambda", dimensions: { FunctionName: "shop-sell.name" } };
const days = { namespace: "AWS/States", dimensions: { StateMachineArn: "shop-days.arn" } };

function ofApi(
  name: string,
  serverErrors: string,
  dimensions: Record<string, string>,
): Record<string, ExpectedAlarm> {
  const metrics = { namespace: "AWS/ApiGateway", dimensions };
  return {
    [`${name}-server-errors`]: {
      ...metrics,
      alarmDescription: `${name} answered a request with 5xx. First: find the request in its access log, then its function's error by the request id.`,
      metricName: serverErrors,
    },
    [`${name}-slow`]: {
      ...metrics,
      alarmDescription: `The p99 latency of ${name} is above 3000 ms. First: compare the metric Duration of its functions.`,
      metricName: "Latency",
      threshold: 3000,
      otherwise: {
        statistic: undefined,
        extendedStatistic: "p99",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
      },
    },
  };
}

const expected: Record<string, ExpectedAlarm> = {
  "shop-days-failed": {
    ...days,
    alarmDescription:
      "Workflow shop-days: an execution failed. First: open the failed execution and read its error and cause.",
    metricName: "ExecutionsFailed",
  },
  "shop-days-timed-out": {
    ...days,
    alarmDescription:
      "Workflow shop-days: an execution timed out. First: look in its history for the state that it was in.",
    metricName: "ExecutionsTimedOut",
  },
  "shop-days-throttled": {
    ...days,
    alarmDescription:
      "Workflow shop-days: Step Functions throttles it. First: compare its rate with the account's quotas.",
    metricName: "ExecutionThrottled",
  },
  "shop-sell-errors": {
    ...sell,
    alarmDescription:
      "Warning. Function shop-sell failed. First: run the saved query “errors, newest first”.",
    metricName: "Errors",
  },
  "shop-sell-many-errors": {
    ...sell,
    alarmDescription:
      "Page. Function shop-sell failed more than 10 times in a minute. First: run the saved query “errors, newest first”.",
    metricName: "Errors",
    threshold: 10,
    otherwise: { comparisonOperator: "GreaterThanThreshold" },
  },
  "shop-sell-throttled": {
    ...sell,
    alarmDescription:
      "Lambda throttles function shop-sell. First: compare the account's concurrency with its quota.",
    metricName: "Throttles",
  },
  "shop-tell-behind": {
    alarmDescription:
      "Function shop-tell is more than 60 s behind its stream. First: check whether it keeps failing on one record.",
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: "shop-tell.name" },
    statistic: "Maximum",
    threshold: 60_000,
  },
  "shop-sales-queue-old": {
    alarmDescription:
      "The oldest message of queue shop-sales has been waiting for more than 300 s. First: check whether its consumer fails or is throttled.",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: "shop-sales-queue.name" },
    statistic: "Maximum",
    threshold: 300,
  },
  "shop-sales-dlq-filled": {
    alarmDescription:
      "There are messages in dead-letter queue shop-sales. First: npm run dlq -- show --queue shop-sales",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "shop-sales-dlq.name" },
    statistic: "Maximum",
  },
  "shop-pipe-failed": {
    alarmDescription:
      "Pipe shop-pipe cannot deliver. First: check its target, and the permissions of its role.",
    namespace: "AWS/EventBridge/Pipes",
    metricName: "ExecutionFailed",
    dimensions: { PipeName: "shop-pipe.name" },
  },
  ...ofApi("shop-rest", "5XXError", { ApiName: "commerce-backend-test-customers", Stage: "prod" }),
  ...ofApi("shop-http", "5xx", { ApiId: "shop-http.id", Stage: "prod" }),
  "orders-late": {
    alarmDescription:
      "An order has been neither COMPLETED nor FAILED for too long. First: npm run reconcile -- --dry-run",
    namespace: "OrderProcessingSystem",
    metricName: "OrdersLate",
    dimensions: { Service: "orders" },
    statistic: "Maximum",
    // It is counted every few minutes: in between it is as late as before.
    otherwise: { treatMissingData: "ignore" },
  },
};

for (const [name, { otherwise, ...alarm }] of Object.entries(expected)) {
  test(`${name} is exactly this`, () => {
    const whole = {
      statistic: "Sum",
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      period: 60,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
      alarmActions: [TOPIC],
      okActions: [TOPIC],
      ...alarm,
      ...otherwise,
    };
    const set = Object.entries(whole).filter(([, value]) => value !== undefined);
    assert.equal(shop.get(`monitoring-${name}`).inputs, Object.fromEntries(set));
  });
}

test("there are no alarms but these, on each thing of a kind", () => {
  const alike = ["shop-tell-errors", "shop-tell-many-errors", "shop-tell-throttled"];
  const queues = ["shop-pipe-dlq-filled", "shop-target-dlq-filled", "shop-tell-dlq-filled"];
  const names = [...Object.keys(expected), ...alike, ...queues].map((name) => `monitoring-${name}`);
  assert.equal(namesIn(shop).sort(), names.sort());
});

test("orders are stuck where they are late, or where a queue is", () => {
  assert.equal(
    shop.ofType(COMPOSITE).map(({ name, inputs }) => ({ name, ...inputs })),
    [
      {
        name: "monitoring-orders-stuck",
        alarmName: "commerce-backend-test-orders-stuck",
        alarmDescription:
          "Page. Orders are stuck. First: npm run reconcile -- --dry-run, then npm run dlq -- list",
        alarmRule:
          'ALARM("monitoring-orders-late.name") OR ALARM("monitoring-shop-sales-queue-old.name")',
        alarmActions: [TOPIC],
        okActions: [TOPIC],
      },
    ],
  );
});

test("every alarm notifies on ALARM and on OK, and says what to do first", () => {
  const all = [...shop.ofType(ALARM), ...shop.ofType(COMPOSITE)];
  assert.is(all.length, 22);
  for (const { name, parent, inputs } of all) {
    assert.is(parent, "monitoring", name);
    assert.equal([inputs["alarmActions"], inputs["okActions"]], [[TOPIC], [TOPIC]], name);
    assert.match(String(inputs["alarmDescription"]), /\. First: [a-z].+/, name);
  }
});

test("the limits are those of the settings", async () => {
  const { get } = await monitoredShop({
    config: {
      "monitoring:oldestMessageSeconds": "61",
      "monitoring:streamLagSeconds": "12",
      "monitoring:latencyMs": "50",
    },
  });
  const limits = ["sales-queue-old", "tell-behind", "rest-slow", "http-slow"].map((name) => {
    const { threshold, alarmDescription } = get(`monitoring-shop-${name}`).inputs;
    return `${threshold}: ${/(?:more than|above) [^.]+? m?s\b/.exec(String(alarmDescription))}`;
  });
  assert.equal(limits, [
    "61: more than 61 s",
    "12000: more than 12 s",
    "50: above 50 ms",
    "50: above 50 ms",
  ]);
});

test("whatever a component gets more of has its alarms without being named", async () => {
  const larger = await monitoredShop({}, (it) => {
    const pack = it.addFunction("shop-pack", "handlers/ingest/ingest.ts");
    it.addWorkflow("shop-nights", pack);
    it.addRestApi("shop-office", pack);
    workQueue("shop-returns", { consumerTimeoutSeconds: 10 }, it);
  });
  const before = namesIn(shop);
  assert.equal(
    namesIn(larger)
      .filter((name) => !before.includes(name))
      .map((name) => name.replace("monitoring-shop-", ""))
      .sort(),
    [
      "nights-failed",
      "nights-throttled",
      "nights-timed-out",
      "office-server-errors",
      "office-slow",
      "pack-errors",
      "pack-many-errors",
      "pack-throttled",
      "returns-dlq-filled",
      "returns-queue-old",
    ],
  );
  assert.match(
    String(larger.get("monitoring-orders-stuck").inputs["alarmRule"]),
    'OR ALARM("monitoring-shop-returns-queue-old.name")',
  );
});

test.run();
