import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";

/** A service that sends to a queue as itself, not with a role. */
export interface QueueSender {
  service: `${string}.amazonaws.com`;
  /** The resources for which it may send, e.g. the ARN of a rule. */
  sourceArns: pulumi.Input<string>[];
}

/** The settings of one dead-letter queue. */
export interface DeadLetterQueueArgs {
  senders?: QueueSender[];
}

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;
const MAX_RECEIVES = 5;

/** A queue for messages and events that could not be delivered. It keeps them for 14 days, the longest that SQS offers. */
export function deadLetterQueue(
  name: string,
  { senders = [] }: DeadLetterQueueArgs,
  parent: Component,
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    `${name}-dlq`,
    {
      messageRetentionSeconds: FOURTEEN_DAYS,
      // The largest message must fit together with the reason why it is here.
      maxMessageSize: 1_048_576,
      ...encryption(parent),
    },
    { parent },
  );
  queuePolicy(`${name}-dlq`, { queue, senders }, parent);
  parent.inventory.add("deadLetterQueues", name, queue);
  return queue;
}

/** The settings of one work queue. */
export interface WorkQueueArgs {
  /** How long its consumer may take for a batch. */
  consumerTimeoutSeconds: number;
}

/** A queue with a consumer, and its dead-letter queue. */
export interface WorkQueue {
  queue: aws.sqs.Queue;
  deadLetters: aws.sqs.Queue;
}

/** A queue for one consumer. A message that was received five times without success goes to the dead-letter queue. */
export function workQueue(
  name: string,
  { consumerTimeoutSeconds }: WorkQueueArgs,
  parent: Component,
): WorkQueue {
  const deadLetters = deadLetterQueue(name, {}, parent);
  const queue = new aws.sqs.Queue(
    `${name}-queue`,
    {
      // AWS recommends at least six times the consumer's timeout.
      visibilityTimeoutSeconds: 6 * consumerTimeoutSeconds,
      messageRetentionSeconds: FOURTEEN_DAYS,
      maxMessageSize: 262_144,
      receiveWaitTimeSeconds: 20,
      ...encryption(parent),
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: MAX_RECEIVES,
      }),
    },
    { parent },
  );
  queuePolicy(`${name}-queue`, { queue, senders: [] }, parent);
  new aws.sqs.RedriveAllowPolicy(
    `${name}-dlq-sources`,
    {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: pulumi.jsonStringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [queue.arn],
      }),
    },
    { parent },
  );
  parent.inventory.add("workQueues", name, queue);
  return { queue, deadLetters };
}

function encryption({ foundation }: Component): Partial<aws.sqs.QueueArgs> {
  const { key } = foundation;
  // A data key serves for an hour, which keeps the requests to KMS few.
  return key
    ? { kmsMasterKeyId: key.arn, kmsDataKeyReusePeriodSeconds: 3600 }
    : { sqsManagedSseEnabled: true };
}

function queuePolicy(
  name: string,
  { queue, senders }: { queue: aws.sqs.Queue; senders: QueueSender[] },
  parent: pulumi.Resource,
): void {
  const denyPlainHttp = {
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queue.arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const allow = ({ service, sourceArns }: QueueSender) => ({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sqs:SendMessage",
    Resource: queue.arn,
    Condition: { ArnEquals: { "aws:SourceArn": sourceArns } },
  });
  const policy = { Version: "2012-10-17", Statement: [denyPlainHttp, ...senders.map(allow)] };
  new aws.sqs.QueuePolicy(
    `${name}-policy`,
    { queueUrl: queue.url, policy: pulumi.jsonStringify(policy) },
    { parent },
  );
}
