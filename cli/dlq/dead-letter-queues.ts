import {
  GetQueueAttributesCommand,
  paginateListDeadLetterSourceQueues,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { knownName } from "command-text";
import type { Target } from "../target.ts";

/** A queue with a dead-letter queue. */
export interface SourceQueue {
  name: string;
  url: string;
  arn: string;
  /** Maximum number of receives of a message. */
  maxReceives: number;
}

/** A queue of messages that failed. */
export interface DeadLetterQueue {
  /** Its name in the stack output. */
  name: string;
  url: string;
  arn: string;
  /** Messages that may be received now; AWS's approximation. */
  waiting: number;
  /** Queues whose redrive policy names this one. */
  sources: SourceQueue[];
}

/** Physical name of the queue that an ARN or a URL names. */
export function queueName(arnOrUrl: string): string {
  return arnOrUrl.slice(Math.max(arnOrUrl.lastIndexOf(":"), arnOrUrl.lastIndexOf("/")) + 1);
}

/**
 * The dead-letter, on-failure and parked queues of a stack, sorted by name.
 *
 * @param only return only this one, by its name in the stack output or on AWS.
 * @throws Error when the stack has no such output, or no such queue.
 */
export async function deadLetterQueues(
  sqs: SQSClient,
  target: Target,
  only?: string,
): Promise<DeadLetterQueue[]> {
  const urls = target.allOutputs["deadLetterQueueUrls"];
  if (typeof urls !== "object" || urls === null) {
    throw new Error(
      `${target.name} has no output deadLetterQueueUrls; deploy this version with npx pulumi up, or restart npm start`,
    );
  }
  const all = Object.entries(urls as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  const chosen = all.filter(([name, url]) => !only || only === name || only === queueName(url));
  if (only && chosen.length === 0) {
    knownName(
      "queue",
      only,
      all.map(([name]) => name),
    );
  }
  return Promise.all(chosen.map(([name, url]) => describe(sqs, name, url)));
}

async function describe(sqs: SQSClient, name: string, url: string): Promise<DeadLetterQueue> {
  const { QueueArn = "", ApproximateNumberOfMessages } = await attributesOf(sqs, url);
  const sources: SourceQueue[] = [];
  for await (const { queueUrls = [] } of paginateListDeadLetterSourceQueues(
    { client: sqs },
    { QueueUrl: url },
  )) {
    sources.push(...(await Promise.all(queueUrls.map((source) => describeSource(sqs, source)))));
  }
  return { name, url, arn: QueueArn, waiting: Number(ApproximateNumberOfMessages), sources };
}

async function describeSource(sqs: SQSClient, url: string): Promise<SourceQueue> {
  const { QueueArn = "", RedrivePolicy = "{}" } = await attributesOf(sqs, url);
  const { maxReceiveCount } = JSON.parse(RedrivePolicy) as { maxReceiveCount?: number | string };
  return { name: queueName(url), url, arn: QueueArn, maxReceives: Number(maxReceiveCount) };
}

async function attributesOf(sqs: SQSClient, QueueUrl: string) {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
  return (await sqs.send(command)).Attributes ?? {};
}
