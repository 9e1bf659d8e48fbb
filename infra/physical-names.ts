import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { HandlerFunction } from "./aws/function.ts";
import type { WatchedComponent } from "./aws/watched.ts";

type Names = Record<string, pulumi.Output<string>>;

/** What AWS knows each function by, e.g. for `aws lambda invoke`. */
export function functionNamesOf(functions: Record<string, HandlerFunction>): Names {
  return Object.fromEntries(Object.entries(functions).map(([job, it]) => [job, it.lambda.name]));
}

/** What AWS knows each log group by, e.g. for `aws logs tail`: those of functions, and others. */
export function logGroupNamesOf(
  functions: Record<string, HandlerFunction>,
  others: Record<string, aws.cloudwatch.LogGroup>,
): Names {
  return Object.fromEntries([
    ...Object.entries(functions).map(([job, { logs }]) => [job, logs.name]),
    ...Object.entries(others).map(([writer, logs]) => [writer, logs.name]),
  ]);
}

/** URL of each queue that holds what could not be done, e.g. for `npm run dlq`. */
export function deadLetterQueueUrlsOf(components: WatchedComponent[]): Names {
  const queues = components.flatMap(({ watched }) => Object.entries(watched.deadLetterQueues));
  return Object.fromEntries(queues.map(([name, queue]) => [name, queue.url]));
}
