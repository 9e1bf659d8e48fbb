import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE } from "../../handlers/shared/contract.ts";
import type { Watched } from "../aws/watched.ts";
import type { Settings } from "../settings.ts";

/** When a metric is an alarm. Each value is that of one minute. */
export interface Alarm {
  /** What is wrong, and what to do first. */
  description: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  /** `Sum`, `Maximum`, or a percentile such as `p99`. */
  statistic: string;
  threshold: number;
  comparison: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold";
  /** Minutes of the last `minutes` that have to be over the threshold. */
  minutesOver: number;
  minutes: number;
  /** What a minute without a value means. Most metrics are silent while nothing happens. */
  missing?: "ignore";
}

type Limits = Settings["monitoring"];
type Alarms = Record<string, Alarm>;

const once = { minutesOver: 1, minutes: 1, comparison: "GreaterThanOrEqualToThreshold" } as const;
const lasting = { minutesOver: 3, minutes: 5, comparison: "GreaterThanThreshold" } as const;

/** An alarm for everything that can go wrong with what is watched, by a name that says what it is about. */
export function alarmsOn(watched: Watched, limits: Limits): Alarms {
  return {
    ...each(watched.stateMachines, onStateMachine),
    ...each(watched.functions, onFunction),
    ...each(watched.workQueues, (name, queue) => onWorkQueue(name, queue, limits)),
    ...each(watched.deadLetterQueues, onDeadLetterQueue),
    ...each(watched.streamReaders, (name, reader) => onStreamReader(name, reader, limits)),
    ...each(watched.pipes, onPipe),
    ...each(watched.restApis, (name, { rest, stage }) =>
      onApi(name, "5XXError", { ApiName: rest.name, Stage: stage.stageName }, limits),
    ),
    ...each(watched.httpApis, (name, stage) =>
      onApi(name, "5xx", { ApiId: stage.apiId, Stage: stage.name }, limits),
    ),
  };
}

function each<T>(things: Record<string, T>, alarmsOf: (name: string, thing: T) => Alarms): Alarms {
  return Object.assign({}, ...Object.entries(things).map(([name, thing]) => alarmsOf(name, thing)));
}

/** Whether orders are late, as the reconciler counts them each time that it runs. */
export const ordersLate: Alarm = {
  description:
    "An order is neither COMPLETED nor FAILED for too long. First: npm run reconcile -- --dry-run",
  namespace: METRICS_NAMESPACE,
  metricName: "OrdersLate",
  dimensions: { Service: "orders" },
  statistic: "Maximum",
  threshold: 1,
  ...once,
  missing: "ignore",
};

function onStateMachine(name: string, machine: aws.sfn.StateMachine): Alarms {
  const alarm = (metricName: string, what: string): Alarm => ({
    description: `Workflow ${name}: ${what}`,
    namespace: "AWS/States",
    metricName,
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
    threshold: 1,
    ...once,
  });
  return {
    [`${name}-failed`]: alarm(
      "ExecutionsFailed",
      "an execution failed. First: open the failed execution and read its error and cause.",
    ),
    [`${name}-timed-out`]: alarm(
      "ExecutionsTimedOut",
      "an execution took too long. First: see in its history which state it was waiting in.",
    ),
    [`${name}-throttled`]: alarm(
      "ExecutionThrottled",
      "Step Functions slows it down. First: compare its rate with the account's quotas.",
    ),
  };
}

function onFunction(name: string, fn: aws.lambda.Function): Alarms {
  const alarm = (metricName: string, description: string): Alarm => ({
    description,
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: fn.name },
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
      `Function ${name} is turned away by Lambda. First: compare the account's concurrency with its quota.`,
    ),
  };
}

function onWorkQueue(name: string, queue: aws.sqs.Queue, limits: Limits): Alarms {
  return {
    [`${name}-queue-old`]: {
      description: `The oldest message of queue ${name} waits for more than ${limits.oldestMessageSeconds} s. First: see whether its consumer fails or is throttled.`,
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
      description: `Something waits in dead-letter queue ${name}. First: npm run dlq -- show --queue ${name}`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      threshold: 1,
      ...once,
    },
  };
}

function onStreamReader(name: string, reader: aws.lambda.Function, limits: Limits): Alarms {
  return {
    [`${name}-behind`]: {
      description: `Function ${name} reads its stream more than ${limits.streamLagSeconds} s late. First: see whether it fails again and again on one record.`,
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      dimensions: { FunctionName: reader.name },
      statistic: "Maximum",
      threshold: limits.streamLagSeconds * 1000,
      ...once,
    },
  };
}

function onPipe(name: string, pipe: aws.pipes.Pipe): Alarms {
  return {
    [`${name}-failed`]: {
      description: `Pipe ${name} cannot deliver. First: see whether its target takes anything, and what its role may do.`,
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
      description: `${name} answered a request with 5xx. First: find the request in its access log, and its function's error by the request id.`,
      namespace,
      metricName: serverErrors,
      dimensions,
      statistic: "Sum",
      threshold: 1,
      ...once,
    },
    [`${name}-slow`]: {
      description: `1 of 100 requests to ${name} takes more than ${limits.latencyMs} ms. First: run the saved query “duration by function”.`,
      namespace,
      metricName: "Latency",
      dimensions,
      statistic: "p99",
      threshold: limits.latencyMs,
      ...lasting,
    },
  };
}
