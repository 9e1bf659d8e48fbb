import * as aws from "@pulumi/aws";
import { asyncFunction } from "./async-function.ts";
import type { Component } from "./component.ts";
import type { FunctionArgs } from "./function.ts";
import type { HandlerFunction } from "./inventory.ts";

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
  const { handler, deadLetters, permission } = asyncFunction(
    name,
    { ...args, service: "events.amazonaws.com", sourceArn: rule.arn, maximumRetryAttempts: 0 },
    parent,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    { rule: rule.name, arn: handler.target.arn, deadLetterConfig: { arn: deadLetters.arn } },
    { parent, dependsOn: permission },
  );
  return handler;
}
