import { entriesOf } from "../../grammar/batch-entries.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { readAttributes } from "./message-attributes.ts";
import type { Notification, NotificationAttribute } from "./notification.ts";
import { invalidParameter } from "./sns-error.ts";

type Input = Record<string, unknown>;

/** A notification with its messages by protocol. */
export type Published = Omit<Notification, "textFor"> & { texts: Record<string, string> };

const MAX_BYTES = 256 * 1024;
const MAX_SUBJECT = 100;
const MAX_GROUP = 128;

/**
 * Reads what is published, and how many bytes it is.
 *
 * @throws ServiceError where SNS would refuse it.
 */
export function readPublished(
  input: Input,
  { kernel, topicArn }: { kernel: Kernel; topicArn: string },
): { published: Published; bytes: number } {
  const { Message, Subject, MessageStructure, MessageGroupId } = input;
  if (typeof Message !== "string" || Message === "") throw invalidParameter("Empty message");
  const attributes = readAttributes(input["MessageAttributes"]);
  const bytes = sizeOf(Message, attributes);
  if (bytes > MAX_BYTES) throw invalidParameter("Message too long");
  checkSubject(Subject);
  checkGroup(MessageGroupId);
  const texts = MessageStructure === "json" ? textsByProtocol(Message) : { default: Message };
  const published: Published = {
    id: kernel.newId(),
    topicArn,
    ...(typeof Subject === "string" && { subject: Subject }),
    texts,
    attributes,
    ...(typeof MessageGroupId === "string" && { groupId: MessageGroupId }),
    time: new Date(kernel.clock.now()).toISOString(),
  };
  return { published, bytes };
}

/** The entries of a batch. @throws ServiceError when the batch as a whole is refused. */
export function readBatch(given: unknown): Input[] {
  const entries = entriesOf(given, {
    empty: "The batch request doesn't contain any entries.",
    tooMany: () => "The batch request contains more entries than permissible.",
    invalidId: (id) =>
      id.length > 80
        ? `The Id of a batch entry in the batch request is too long: ${id}`
        : `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
    repeated: () => "Two or more batch entries in the request have the same Id.",
  });
  for (const { MessageAttributes } of entries) readAttributes(MessageAttributes);
  const bytes = entries.reduce(
    (sum, { Message, MessageAttributes }) =>
      sum + sizeOf(String(Message ?? ""), Object(MessageAttributes)),
    0,
  );
  if (bytes <= MAX_BYTES) return entries;
  throw new ServiceError(
    "BatchRequestTooLong",
    "The length of all the messages put together is more than the limit.",
  );
}

function textsByProtocol(message: string): Record<string, string> {
  let texts: unknown;
  try {
    texts = parseJson(message);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const found: Record<string, string> = {};
  for (const [protocol, text] of Object.entries(Object(texts))) {
    if (typeof text === "string") found[protocol] = text;
  }
  if (!Object.hasOwn(found, "default")) {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return found;
}

function checkSubject(subject: unknown): void {
  if (subject === undefined) return;
  const fits = typeof subject === "string" && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
  if (!fits || subject.length > MAX_SUBJECT) throw invalidParameter("Subject");
}

function checkGroup(group: unknown): void {
  if (group === undefined || /^[!-~]{1,128}$/.test(String(group))) return;
  throw invalidParameter(
    `MessageGroupId Reason: ${group} can only include alphanumeric and punctuation characters, 1 to ${MAX_GROUP} in length`,
  );
}

function sizeOf(message: string, attributes: Record<string, Partial<NotificationAttribute>>) {
  let bytes = Buffer.byteLength(message);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name + DataType + (StringValue ?? BinaryValue ?? ""));
  }
  return bytes;
}
