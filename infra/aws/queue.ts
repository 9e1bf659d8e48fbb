import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { WatchedComponent } from "./watched.ts";

/** A service that writes to a queue on its own account, not with a role. */
export interface QueueSender {
  service: `${string}.amazonaws.com`;
  /** What may send in the service's name, e.g. the ARN of a rule. */
  sourceArns: pulumi.Input<string>[];
}

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;
const DELIVERIES = 5;

/** Where messages and events end that could not be delivered: kept as long as SQS keeps anything. */
export function deadLetterQueue(
  name: string,
  parent: WatchedComponent,
  senders: QueueSender[] = [],
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    `${name}-dlq`,
    {
      messageRetentionSeconds: FOURTEEN_DAYS,
      // The largest message has to fit in together with the reason why it is here.
      maxMessageSize: 1_048_576,
      sqsManagedSseEnabled: true,
    },
    { parent },
  );
  queuePolicy(`${name}-dlq`, queue, parent, senders);
  parent.watched.deadLetterQueues[name] = queue;
  return queue;
}

/** A queue with a consumer, and where a message goes that the consumer could not work off. */
export interface WorkQueue {
  queue: aws.sqs.Queue;
  failures: aws.sqs.Queue;
}

/** A queue that a function works off, which may take `timeoutSeconds` for a batch. */
export function workQueue(
  name: string,
  { timeoutSeconds }: { timeoutSeconds: number },
  parent: WatchedComponent,
): WorkQueue {
  const failures = deadLetterQueue(name, parent);
  const queue = new aws.sqs.Queue(
    `${name}-queue`,
    {
      // AWS asks for at least six times the consumer's timeout.
      visibilityTimeoutSeconds: 6 * timeoutSeconds,
      messageRetentionSeconds: FOURTEEN_DAYS,
      maxMessageSize: 262_144,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: failures.arn,
        maxReceiveCount: DELIVERIES,
      }),
    },
    { parent },
  );
  queuePolicy(`${name}-queue`, queue, parent, []);
  new aws.sqs.RedriveAllowPolicy(
    `${name}-dlq-sources`,
    {
      queueUrl: failures.url,
      redriveAllowPolicy: pulumi.jsonStringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [queue.arn],
      }),
    },
    { parent },
  );
  parent.watched.workQueues[name] = queue;
  return { queue, failures };
}

function queuePolicy(
  name: string,
  queue: aws.sqs.Queue,
  parent: pulumi.Resource,
  senders: QueueSender[],
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
