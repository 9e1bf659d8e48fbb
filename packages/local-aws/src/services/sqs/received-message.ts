import type { Received } from "./long-polls.ts";
import { md5OfBody } from "./message.ts";
import { type MessageAttributes, md5OfAttributes } from "./message-attributes.ts";

/** The parts of a message that a receiver requests besides its body. */
export interface WantedAttributes {
  system: readonly string[];
  message: readonly string[];
}

/** A message as ReceiveMessage returns it: with nothing that was not requested. */
export function describeReceived(
  { message, receiptHandle }: Received,
  wanted: WantedAttributes,
): Record<string, unknown> {
  const attributes = pick(systemAttributes(message), (name) => {
    return wanted.system.includes("All") || wanted.system.includes(name);
  });
  const messageAttributes: MessageAttributes = pick(message.attributes, (name) =>
    wanted.message.some((pattern) => fits(name, pattern)),
  );
  const md5 = md5OfAttributes(messageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(md5 && { MD5OfMessageAttributes: md5, MessageAttributes: messageAttributes }),
  };
}

/** The attributes that SQS itself gives a message. */
function systemAttributes(message: Received["message"]): Record<string, string> {
  const { senderId, sentAt, receiveCount, firstReceivedAt, sourceArn, traceHeader, groupId } =
    message;
  return {
    SenderId: senderId,
    SentTimestamp: String(sentAt),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt ?? sentAt),
    ...(sourceArn && { DeadLetterQueueSourceArn: sourceArn }),
    ...(traceHeader && { AWSTraceHeader: traceHeader }),
    ...(groupId && { MessageGroupId: groupId }),
  };
}

function pick<T>(values: Record<string, T>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));
}

function fits(name: string, pattern: string): boolean {
  if (pattern === "All" || pattern === ".*" || pattern === "*") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}
