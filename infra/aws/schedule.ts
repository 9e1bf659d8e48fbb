import * as aws from "@pulumi/aws";
import { type HandlerFunction, type HandlerFunctionArgs, handlerFunction } from "./function.ts";
import { deadLetterQueue } from "./queue.ts";
import type { WatchedComponent } from "./watched.ts";

/** A function, and when it runs. */
export interface ScheduledFunctionArgs extends HandlerFunctionArgs {
  /** EventBridge schedule, e.g. `rate(1 hour)`. */
  schedule: string;
}

/** A function that runs again and again. A run that fails is put down in a dead-letter queue; the next one comes anyway. */
export function scheduledFunction(
  name: string,
  { schedule, ...args }: ScheduledFunctionArgs,
  parent: WatchedComponent,
): HandlerFunction {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    { description: args.description, scheduleExpression: schedule },
    { parent },
  );
  const failures = deadLetterQueue(name, parent, [
    { service: "events.amazonaws.com", sourceArns: [rule.arn] },
  ]);
  const report = { actions: ["sqs:SendMessage"], resources: [failures.arn] };
  const scheduled = handlerFunction(
    name,
    { ...args, grants: [...(args.grants ?? []), report] },
    parent,
  );
  const { lambda } = scheduled;
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      functionName: lambda.name,
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: failures.arn } },
    },
    { parent },
  );
  const permission = new aws.lambda.Permission(
    `${name}-permission`,
    {
      function: lambda.name,
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    { rule: rule.name, arn: lambda.arn, deadLetterConfig: { arn: failures.arn } },
    { parent, dependsOn: permission },
  );
  return scheduled;
}
