import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { asyncFunction } from "./async-function.ts";
import type { Component } from "./component.ts";
import type { FunctionArgs } from "./function.ts";
import type { HandlerFunction } from "./inventory.ts";

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
  const { handler, deadLetters, permission } = asyncFunction(
    name,
    { ...args, service: "sns.amazonaws.com", sourceArn: topic.arn, maximumRetryAttempts: 2 },
    parent,
  );
  new aws.sns.TopicSubscription(
    `${name}-subscription`,
    {
      topic: topic.arn,
      protocol: "lambda",
      endpoint: handler.target.arn,
      filterPolicy: JSON.stringify(filterPolicy),
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn }),
    },
    { parent, dependsOn: permission },
  );
  return { subscriber: handler, deadLetters };
}
