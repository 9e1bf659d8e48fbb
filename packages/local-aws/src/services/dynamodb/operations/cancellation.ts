import { ServiceError } from "../../../kernel/service-error.ts";
import type { Item } from "../values/attribute-value.ts";

/** Why an action cancels its transaction; `None` where it does not. */
export interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

/** The cancellation reason for an error of one action. @throws the error if it refuses the whole request. */
export function reasonFor(work: () => unknown): Reason {
  try {
    work();
    return { Code: "None" };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message, details } = error;
    if (code === "ConditionalCheckFailedException") {
      const { Item: item } = details as { Item?: Item };
      return { Code: "ConditionalCheckFailed", Message: message, ...(item && { Item: item }) };
    }
    if (code !== "ValidationException" || isRequestError(message)) throw error;
    return { Code: "ValidationError", Message: message };
  }
}

// DynamoDB refuses the whole request for an empty key value, not one of its actions.
function isRequestError(message: string): boolean {
  return message.startsWith("One or more parameter values are not valid.");
}

/** @throws ServiceError TransactionCanceledException where a reason is not `None`. */
export function cancelUnless(reasons: Reason[]): void {
  if (reasons.every(({ Code }) => Code === "None")) return;
  const codes = reasons.map(({ Code }) => Code).join(", ");
  throw new ServiceError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
