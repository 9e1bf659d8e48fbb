import * as aws from "@pulumi/aws";
import { sendAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { type FunctionArgs, handlerFunction } from "./function.ts";
import { named } from "./function-target.ts";
import type { HandlerFunction } from "./inventory.ts";
import { deadLetterQueue } from "./queue.ts";

/** A function, and when it runs. */
export interface ScheduledFunctionArgs extends FunctionArgs {
  /** EventBridge schedule, e.g. `rate(1 hour)`. */
  schedule: string;
}

/** A function that runs on a schedule. A run that fails goes to a dead-letter queue and is not retried: the next one comes. */
export function scheduledFunction(
  name: string,
  { schedule, ...args }: ScheduledFunctionArgs,
  parent: Component,
): HandlerFunction {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    { description: args.description, scheduleExpression: schedule },
    { parent },
  );
  const senders = [{ service: "events.amazonaws.com" as const, sourceArns: [rule.arn] }];
  const deadLetters = deadLetterQueue(name, { senders }, parent);
  const uses = [...(args.uses ?? []), sendAccess(deadLetters)];
  const scheduled = handlerFunction(name, { ...args, uses }, parent);
  const { target } = scheduled;
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      ...named(target),
      maximumRetryAttempts: 0,
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
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    { rule: rule.name, arn: target.arn, deadLetterConfig: { arn: deadLetters.arn } },
    { parent, dependsOn: permission },
  );
  return scheduled;
}
