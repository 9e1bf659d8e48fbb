import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sendAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { type FunctionArgs, handlerFunction } from "./function.ts";
import { named } from "./function-target.ts";
import type { HandlerFunction } from "./inventory.ts";
import { deadLetterQueue } from "./queue.ts";

/** A function, and what invokes it without waiting for its result. */
export interface AsyncFunctionArgs extends FunctionArgs {
  service: "events.amazonaws.com" | "sns.amazonaws.com";
  /** The rule or topic. */
  sourceArn: pulumi.Input<string>;
  /** How often Lambda retries before an event goes to the dead-letter queue. */
  maximumRetryAttempts: 0 | 1 | 2;
}

/** A function that is invoked asynchronously, with the queue of its failed events. */
export interface AsyncFunction {
  handler: HandlerFunction;
  deadLetters: aws.sqs.Queue;
  /** The source's permission to invoke it; the resource that makes the source do so depends on it. */
  permission: aws.lambda.Permission;
}

/** A function that a rule or a topic invokes. Events that it fails on, or that do not reach it, go to a dead-letter queue. */
export function asyncFunction(
  name: string,
  { service, sourceArn, maximumRetryAttempts, ...args }: AsyncFunctionArgs,
  parent: Component,
): AsyncFunction {
  const senders = [{ service, sourceArns: [sourceArn] }];
  const deadLetters = deadLetterQueue(name, { senders }, parent);
  const uses = [...(args.uses ?? []), sendAccess(deadLetters)];
  const handler = handlerFunction(name, { ...args, uses }, parent);
  const { target } = handler;
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      ...named(target),
      maximumRetryAttempts,
      destinationConfig: { onFailure: { destination: deadLetters.arn } },
    },
    { parent },
  );
  const permission = new aws.lambda.Permission(
    `${name}-permission`,
    {
      function: target.functionName,
      qualifier: target.qualifier,
      action: "lambda:InvokeFunction",
      principal: service,
      sourceArn,
    },
    { parent },
  );
  return { handler, deadLetters, permission };
}
