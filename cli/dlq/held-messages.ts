import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** One message of a dead-letter queue. */
export interface DeadLetter {
  id: string;
  receiptHandle: string;
  /** When it was first sent, in epoch milliseconds. */
  sentAt: number;
  body: string;
  attributes: Record<string, MessageAttributeValue>;
  /** The queue that SQS moved it from. */
  sourceArn?: string;
}

/** Messages that are invisible to others until they are released, or their visibility timeout ends. */
export interface HeldMessages {
  letters: DeadLetter[];
  /** Whether the queue has more than were requested. */
  more: boolean;
}

const PAGE = 10;
// A long poll queries all of SQS's servers; a short one may miss messages.
const WAIT_SECONDS = 1;

/** Text of a message attribute. */
export function attributeText({ attributes }: DeadLetter, name: string): string | undefined {
  return attributes[name]?.StringValue;
}

/** Receives up to `max` messages, each once, and holds them for `seconds`. */
export async function holdMessages(
  sqs: SQSClient,
  QueueUrl: string,
  { max, seconds }: { max: number; seconds: number },
): Promise<HeldMessages> {
  const held = new Map<string, DeadLetter>();
  while (held.size <= max) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(PAGE, max + 1 - held.size),
        VisibilityTimeout: seconds,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    const before = held.size;
    // A repeated one outlived its visibility timeout, or SQS delivered it twice: the last receipt counts.
    for (const message of Messages) held.set(message.MessageId ?? "", deadLetter(message));
    if (held.size === before) break;
  }
  const letters = [...held.values()];
  const surplus = letters.splice(max);
  await holdFor(sqs, QueueUrl, surplus, 0);
  return { letters, more: surplus.length > 0 };
}

/** Holds messages for `seconds` from now; 0 makes them visible to others again. */
export async function holdFor(
  sqs: SQSClient,
  QueueUrl: string,
  letters: readonly DeadLetter[],
  seconds: number,
): Promise<void> {
  for (let start = 0; start < letters.length; start += PAGE) {
    const Entries = letters.slice(start, start + PAGE).map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    // An entry that fails needs no care: its hold has ended, and others may have the message.
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

/** Removes a held message for good. */
export async function deleteMessage(
  sqs: SQSClient,
  QueueUrl: string,
  { receiptHandle }: DeadLetter,
): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
}

function deadLetter(message: Message): DeadLetter {
  const { SentTimestamp, DeadLetterQueueSourceArn } = message.Attributes ?? {};
  return {
    id: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    sentAt: Number(SentTimestamp),
    body: message.Body ?? "",
    attributes: message.MessageAttributes ?? {},
    ...(DeadLetterQueueSourceArn && { sourceArn: DeadLetterQueueSourceArn }),
  };
}
