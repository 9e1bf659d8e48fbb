/** A service that the caller needs is busy or out of reach: the same call may succeed later. */
export class TransientError extends Error {
  override readonly name = "TransientError";
}

const BUSY = new Set([
  "InternalServerError",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "ServiceUnavailable",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

interface AwsFailure {
  $fault?: string;
  $metadata?: { httpStatusCode?: number };
  code?: string;
  syscall?: string;
}

/**
 * Whether a call to AWS failed because the service could not be reached or was too busy, after the SDK's own retries:
 * the same call may succeed later.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $fault, $metadata, code, syscall } = error as AwsFailure;
  // A response that is not JSON, as load balancers send, has nothing but its status.
  if ($fault === "server" || ($metadata?.httpStatusCode ?? 0) >= 500) return true;
  // Node's network errors carry the system call that failed; a reset in mid-answer has only its code.
  return (
    error instanceof TransientError || BUSY.has(error.name) || !!syscall || code === "ECONNRESET"
  );
}
