import { type EventPattern, matches } from "../../grammar/event-pattern/pattern.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { MappingSettings } from "./mapping-settings.ts";

/** A message as ReceiveMessage returns it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  MD5OfMessageAttributes?: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<
    string,
    { DataType: string; StringValue?: string; BinaryValue?: string }
  >;
}

/** The record of a message in a function's event. */
export function queueRecord(
  message: ReceivedMessage,
  { sourceArn, windowSeconds }: Pick<MappingSettings, "sourceArn" | "windowSeconds">,
  region: string,
): Record<string, unknown> {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  // As recorded on AWS: batches that are gathered name it even where there are no attributes.
  const md5OfMessageAttributes =
    message.MD5OfMessageAttributes ?? (windowSeconds > 0 ? null : undefined);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      attributes.map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    eventSource: "aws:sqs",
    eventSourceARN: sourceArn,
    awsRegion: region,
  };
}

/** Whether a record passes one of the filters of a mapping; every record does where there is none. */
export function passesFilters(
  record: Record<string, unknown>,
  filters: readonly EventPattern[],
): boolean {
  if (filters.length === 0) return true;
  return filters.some((pattern) => {
    // A pattern on fields of the body reads it as JSON; a body that is none does not pass.
    const { body } = pattern as { body?: unknown };
    if (body === undefined || Array.isArray(body)) return matches(pattern, record);
    try {
      return matches(pattern, { ...record, body: parseJson(String(record["body"])) });
    } catch {
      return false;
    }
  });
}
