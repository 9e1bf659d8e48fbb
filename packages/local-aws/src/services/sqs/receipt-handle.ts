import { ServiceError } from "../../kernel/service-error.ts";

/** A new receipt handle of a message. */
export function receiptHandleOf(queue: string, messageId: string, uniqueId: string): string {
  return Buffer.from(`${uniqueId} ${queue} ${messageId}`).toString("base64");
}

/**
 * The message's id in a receipt handle of this queue.
 *
 * @throws ServiceError ReceiptHandleIsInvalid
 */
export function messageIdIn(receiptHandle: string, queue: string): string {
  const [, name, id = ""] = Buffer.from(receiptHandle, "base64").toString().split(" ");
  if (name === queue) return id;
  throw new ServiceError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}
