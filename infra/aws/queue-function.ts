import * as aws from "@pulumi/aws";
import { receiveAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { type FunctionArgs, handlerFunction } from "./function.ts";
import type { HandlerFunction } from "./inventory.ts";

/** A function, and the queue whose messages it handles. */
export interface QueueFunctionArgs extends FunctionArgs {
  queue: aws.sqs.Queue;
  /** Messages per invocation. */
  batchSize: number;
  /** Invocations at the same time. */
  maximumConcurrency: number;
}

/** A function that handles a queue's messages in batches, and reports each one that failed. */
export function queueFunction(
  name: string,
  { queue, batchSize, maximumConcurrency, ...args }: QueueFunctionArgs,
  parent: Component,
): HandlerFunction {
  const uses = [...(args.uses ?? []), receiveAccess(queue)];
  const consumer = handlerFunction(name, { ...args, uses }, parent);
  new aws.lambda.EventSourceMapping(
    `${name}-source`,
    {
      eventSourceArn: queue.arn,
      functionName: consumer.target.arn,
      batchSize,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency },
    },
    { parent },
  );
  return consumer;
}
