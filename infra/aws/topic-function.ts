import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sendAccess } from "./access.ts";
import type { Component } from "./component.ts";
import { type FunctionArgs, handlerFunction } from "./function.ts";
import { named } from "./function-target.ts";
import type { HandlerFunction } from "./inventory.ts";
import { deadLetterQueue } from "./queue.ts";

/** A function, and the topic that it subscribes to. */
export interface TopicFunctionArgs extends FunctionArgs {
  topic: aws.sns.Topic;
  /** Message attributes that a message must have, with their values. */
  filterPolicy: Record<string, string[]>;
}

/** A function that handles a topic's messages. Messages that it fails on, or that do not reach it, go to a dead-letter queue. */
export function topicFunction(
  name: string,
  { topic, filterPolicy, ...args }: TopicFunctionArgs,
  parent: Component,
): { subscriber: HandlerFunction; deadLetters: aws.sqs.Queue } {
  const senders = [{ service: "sns.amazonaws.com" as const, sourceArns: [topic.arn] }];
  const deadLetters = deadLetterQueue(name, { senders }, parent);
  const uses = [...(args.uses ?? []), sendAccess(deadLetters)];
  const subscriber = handlerFunction(name, { ...args, uses }, parent);
  const { target } = subscriber;
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      ...named(target),
      maximumRetryAttempts: 2,
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
      principal: "sns.amazonaws.com",
      sourceArn: topic.arn,
    },
    { parent },
  );
  new aws.sns.TopicSubscription(
    `${name}-subscription`,
    {
      topic: topic.arn,
      protocol: "lambda",
      endpoint: target.arn,
      filterPolicy: JSON.stringify(filterPolicy),
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn }),
    },
    { parent, dependsOn: permission },
  );
  return { subscriber, deadLetters };
}
