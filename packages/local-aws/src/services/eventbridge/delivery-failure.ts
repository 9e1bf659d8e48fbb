import { ServiceError } from "../../kernel/service-error.ts";
import { isThrottled } from "../../kernel/try-again.ts";

/** Why a target did not take an event. */
export interface DeliveryFailure {
  /** One of EventBridge's own codes, as the dead-letter queue carries it. */
  code: string;
  message: string;
  /** Whether trying again can help. */
  retryable: boolean;
}

const DENIED = /AccessDenied|AuthorizationError|NotAuthorized|UnrecognizedClient/;
const MISSING = /NotFound|DoesNotExist|NonExistent/;
const INVALID = /Validation|InvalidParameter|InvalidRequestContent|InvalidExecutionInput/;

/** Sorts an error of a target: only throttling, timeouts and faults of the service are tried again. */
export function deliveryFailure(error: unknown): DeliveryFailure {
  if (!(error instanceof ServiceError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: "INTERNAL_ERROR", message, retryable: true };
  }
  const { code, message, status } = error;
  const failure = (name: string, retryable: boolean) => ({ code: name, message, retryable });
  if (isThrottled(error)) return failure("THROTTLING", true);
  if (status >= 500) return failure("ERROR_FROM_TARGET", true);
  if (DENIED.test(code)) return failure("NO_PERMISSIONS", false);
  if (MISSING.test(code)) return failure("NO_RESOURCE", false);
  if (INVALID.test(code)) return failure("INVALID_PARAMETER", false);
  return failure("SDK_CLIENT_ERROR", false);
}
