import { createHash } from "node:crypto";
import { ServiceError } from "../../kernel/service-error.ts";
import {
  checkAttributes,
  INVALID_CHARACTERS,
  isAllowed,
  type MessageAttributes,
} from "./message-attributes.ts";
import { missingParameter } from "./sqs-error.ts";

/** A message in a queue. */
export interface Message {
  id: string;
  body: string;
  attributes: MessageAttributes;
  senderId: string;
  traceHeader?: string;
  /** The tenant of a message in a fair queue. */
  groupId?: string;
  /** When it was sent first, in milliseconds since the epoch; a move to a dead-letter queue keeps it. */
  sentAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The receipt of its last receive: it is valid until the next receive, even after the visibility timeout. */
  receiptHandle?: string;
  /** ARN of the queue that it came from, in a dead-letter queue. */
  sourceArn?: string;
  /** When it came to the dead-letter queue, in milliseconds since the epoch, and its receives until then. */
  buried?: { at: number; receiveCount: number };
}

/** Returns the message's size in bytes. @throws ServiceError if SQS would refuse the message. */
export function checkMessage(body: unknown, attributes: MessageAttributes): number {
  if (typeof body !== "string" || body === "") throw missingParameter("MessageBody");
  if (!isAllowed(body)) {
    throw new ServiceError("InvalidMessageContents", INVALID_CHARACTERS);
  }
  checkAttributes(attributes);
  return sizeOf(body, attributes);
}

/** Bytes that count against a queue's limit. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    const value = StringValue ?? Buffer.from(BinaryValue ?? "", "base64");
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(value);
  }
  return bytes;
}

/** MD5 of a body, in hex, as SDKs compare it. */
export function md5OfBody(body: string): string {
  return createHash("md5").update(body).digest("hex");
}
