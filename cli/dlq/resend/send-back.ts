import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SourceQueue } from "../dead-letter-queues.ts";
import type { DeadLetter } from "../held-messages.ts";
import { type Outcome, REDRIVEN } from "./outcome.ts";

/** The queue that a message goes back to; undefined when it may be any of several. */
export function sourceOf(
  sources: readonly SourceQueue[],
  sourceArn: string | undefined,
): SourceQueue | undefined {
  if (sourceArn === undefined) return sources.length === 1 ? sources[0] : undefined;
  return sources.find(({ arn }) => arn === sourceArn);
}

/** Sends a message to its queue as a new one; the reason why it was set aside is removed. */
export async function sendBack(
  sqs: SQSClient,
  source: SourceQueue,
  { body, attributes }: DeadLetter,
): Promise<Outcome> {
  const { reason: _reason, errorType: _type, ...MessageAttributes } = attributes;
  await sqs.send(
    new SendMessageCommand({ QueueUrl: source.url, MessageBody: body, MessageAttributes }),
  );
  return REDRIVEN;
}
