import { createHash } from "node:crypto";
import { ServiceError } from "../../kernel/service-error.ts";
import { invalidParameter, missingParameter } from "./sqs-error.ts";

/** An attribute that a sender gives a message. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** Attributes by name. */
export type MessageAttributes = Record<string, MessageAttribute>;

/** A message in a queue. */
export interface Message {
  id: string;
  body: string;
  attributes: MessageAttributes;
  senderId: string;
  traceHeader?: string;
  /** The tenant that a message of a fair queue belongs to. */
  groupId?: string;
  /** When it was sent first, in milliseconds since the epoch; a move to a dead-letter queue keeps it. */
  sentAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** ARN of the queue that it came from, in a dead-letter queue. */
  sourceArn?: string;
  /** When it came to the dead-letter queue, in milliseconds since the epoch, and its receives until then. */
  buried?: { at: number; receiveCount: number };
}

const MAX_ATTRIBUTES = 10;
// What XML 1.0 allows; SQS refuses the rest.
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Answers the message's size in bytes. @throws ServiceError where SQS would refuse the message. */
export function checkMessage(
  body: unknown,
  attributes: MessageAttributes,
  mostBytes: number,
): number {
  if (typeof body !== "string" || body === "") throw missingParameter("MessageBody");
  if (!ALLOWED.test(body)) {
    throw new ServiceError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  }
  const named = Object.entries(attributes);
  if (named.length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${named.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of named) {
    if (!/^(String|Number|Binary)(\.\w+)?$/.test(DataType ?? "")) {
      throw invalidParameter(
        `The message attribute '${name}' has an invalid message attribute type.`,
      );
    }
    if ((DataType.startsWith("Binary") ? BinaryValue : StringValue) === undefined) {
      throw invalidParameter(
        `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }
  }
  const bytes = sizeOf(body, attributes);
  if (bytes > mostBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
    );
  }
  return bytes;
}

/** Bytes that count against a queue's limit. */
function sizeOf(body: string, attributes: MessageAttributes): number {
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

/** MD5 of attributes in SQS's own encoding; undefined where there are none. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (value: string | Buffer) => {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    add(name);
    add(DataType);
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue ?? Buffer.from(BinaryValue ?? "", "base64"));
  }
  return hash.digest("hex");
}
