import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE } from "../../handlers/shared/contract.ts";
import type { HandlerFunction, Inventory } from "../aws/inventory.ts";
import type { Settings } from "../settings.ts";

/** An alarm on a metric. Each value is that of one minute. */
export interface Alarm {
  /** What is wrong, and the first thing to do. */
  description: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  /** `Sum`, `Maximum`, or a percentile such as `p99`. */
  statistic: string;
  threshold: number;
  comparison: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold";
  /** How many of the last `minutes` must breach the threshold. */
  minutesBreaching: number;
  minutes: number;
  /** How to treat missing data: most metrics have none while nothing happens. @default "notBreaching" */
  missing?: "ignore";
}

type Limits = Settings["monitoring"];
type Alarms = Record<string, Alarm>;

const once = {
  minutesBreaching: 1,
  minutes: 1,
  comparison: "GreaterThanOrEqualToThreshold",
} as const;
const lasting = { minutesBreaching: 3, minutes: 5, comparison: "GreaterThanThreshold" } as const;

/** An alarm for each way in which a resource of the inventory can fail, by a name that says which. */
export function alarmsOn(inventory: Inventory, limits: Limits): Alarms {
  return {
    ...each(inventory.stateMachines, onStateMachine),
    ...each(inventory.expressMachines, onExpressMachine),
    ...each(inventory.functions, onFunction),
    ...each(inventory.workQueues, (name, queue) => onWorkQueue(name, queue, limits)),
    ...each(inventory.deadLetterQueues, onDeadLetterQueue),
    ...each(inventory.streamFunctions, (name, reader) => onStreamFunction(name, reader, limits)),
    ...each(inventory.pipes, onPipe),
    ...each(inventory.restApis, (name, { rest, stage }) =>
      onApi(name, "5XXError", { ApiName: rest.name, Stage: stage.stageName }, limits),
    ),
    ...each(inventory.httpApis, (name, stage) =>
      onApi(name, "5xx", { ApiId: stage.apiId, Stage: stage.name }, limits),
    ),
  };
}

function each<T>(things: Record<string, T>, alarmsOf: (name: string, thing: T) => Alarms): Alarms {
  return Object.assign({}, ...Object.entries(things).map(([name, thing]) => alarmsOf(name, thing)));
}

/** Orders are late. The reconciler counts them on each run. */
export const ordersLate: Alarm = {
  description:
    "An order has been neither COMPLETED nor FAILED for too long. First: npm run reconcile -- --dry-run",
  namespace: METRICS_NAMESPACE,
  metricName: "OrdersLate",
  dimensions: { Service: "orders" },
  statistic: "Maximum",
  threshold: 1,
  ...once,
  missing: "ignore",
};

function onExecutions(
  name: string,
  machine: aws.sfn.StateMachine,
  metricName: string,
  what: string,
): Alarm {
  return {
    description: `Workflow ${name}: ${what}`,
    namespace: "AWS/States",
    metricName,
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
    threshold: 1,
    ...once,
  };
}

function onStateMachine(name: string, machine: aws.sfn.StateMachine): Alarms {
  return {
    [`${name}-failed`]: onExecutions(
      name,
      machine,
      "ExecutionsFailed",
      "an execution failed. First: open the failed execution and read its error and cause.",
    ),
    [`${name}-timed-out`]: onExecutions(
      name,
      machine,
      "ExecutionsTimedOut",
      "an execution timed out. First: look in its history for the state that it was in.",
    ),
    [`${name}-throttled`]: onExecutions(
      name,
      machine,
      "ExecutionThrottled",
      "Step Functions throttles it. First: compare its rate with the account's quotas.",
    ),
  };
}

/** An Express machine has no history to look at, and its transitions are not throttled. */
function onExpressMachine(name: string, machine: aws.sfn.StateMachine): Alarms {
  return {
    [`${name}-failed`]: onExecutions(
      name,
      machine,
      "ExecutionsFailed",
      "an execution failed. First: read its error and cause in the workflow's log group.",
    ),
    [`${name}-timed-out`]: onExecutions(
      name,
      machine,
      "ExecutionsTimedOut",
      "an execution ran into its five minutes. First: look in the workflow's log group for the state that it was in.",
    ),
  };
}

function onFunction(name: string, { lambda }: HandlerFunction): Alarms {
  const alarm = (metricName: string, description: string): Alarm => ({
    description,
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: lambda.name },
    statistic: "Sum",
    threshold: 1,
    ...once,
  });
  const look = "First: run the saved query “errors, newest first”.";
  return {
    [`${name}-errors`]: alarm("Errors", `Warning. Function ${name} failed. ${look}`),
    [`${name}-many-errors`]: {
      ...alarm("Errors", `Page. Function ${name} failed more than 10 times in a minute. ${look}`),
      threshold: 10,
      comparison: "GreaterThanThreshold",
    },
    [`${name}-throttled`]: alarm(
      "Throttles",
      `Lambda throttles function ${name}. First: compare the account's concurrency with its quota.`,
    ),
  };
}

function onWorkQueue(name: string, queue: aws.sqs.Queue, limits: Limits): Alarms {
  return {
    [`${name}-queue-old`]: {
      description: `The oldest message of queue ${name} has been waiting for more than ${limits.oldestMessageSeconds} s. First: check whether its consumer fails or is throttled.`,
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      threshold: limits.oldestMessageSeconds,
      ...once,
    },
  };
}

function onDeadLetterQueue(name: string, queue: aws.sqs.Queue): Alarms {
  return {
    [`${name}-dlq-filled`]: {
      description: `There are messages in dead-letter queue ${name}. First: npm run dlq -- show --queue ${name}`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      threshold: 1,
      ...once,
    },
  };
}

function onStreamFunction(name: string, { lambda }: HandlerFunction, limits: Limits): Alarms {
  return {
    [`${name}-behind`]: {
      description: `Function ${name} is more than ${limits.streamLagSeconds} s behind its stream. First: check whether it keeps failing on one record.`,
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      dimensions: { FunctionName: lambda.name },
      statistic: "Maximum",
      threshold: limits.streamLagSeconds * 1000,
      ...once,
    },
  };
}

function onPipe(name: string, pipe: aws.pipes.Pipe): Alarms {
  return {
    [`${name}-failed`]: {
      description: `Pipe ${name} cannot deliver. First: check its target, and the permissions of its role.`,
      namespace: "AWS/EventBridge/Pipes",
      metricName: "ExecutionFailed",
      dimensions: { PipeName: pipe.name },
      statistic: "Sum",
      threshold: 1,
      ...once,
    },
  };
}

function onApi(
  name: string,
  serverErrors: string,
  dimensions: Record<string, pulumi.Input<string>>,
  limits: Limits,
): Alarms {
  const namespace = "AWS/ApiGateway";
  return {
    [`${name}-server-errors`]: {
      description: `${name} answered a request with 5xx. First: find the request in its access log, then its function's error by the request id.`,
      namespace,
      metricName: serverErrors,
      dimensions,
      statistic: "Sum",
      threshold: 1,
      ...once,
    },
    [`${name}-slow`]: {
      description: `The p99 latency of ${name} is above ${limits.latencyMs} ms. First: compare the metric Duration of its functions.`,
      namespace,
      metricName: "Latency",
      dimensions,
      statistic: "p99",
      threshold: limits.latencyMs,
      ...lasting,
    },
  };
}
