import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A service that writes to a queue on its own account, not with a role. */
export interface QueueSender {
  service: `${string}.amazonaws.com`;
  /** What may send in the service's name, e.g. the ARN of a rule. */
  sourceArns: pulumi.Input<string>[];
}

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;

/** Where messages and events end that could not be delivered: kept as long as SQS keeps anything. */
export function deadLetterQueue(
  name: string,
  parent: pulumi.Resource,
  senders: QueueSender[] = [],
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    `${name}-dlq`,
    { messageRetentionSeconds: FOURTEEN_DAYS, sqsManagedSseEnabled: true },
    { parent },
  );
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
    `${name}-dlq-policy`,
    { queueUrl: queue.url, policy: pulumi.jsonStringify(policy) },
    { parent },
  );
  return queue;
}
