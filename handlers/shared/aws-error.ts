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

/**
 * Whether a call to AWS failed because the service could not be reached or was too busy, after the SDK's own retries:
 * the same call may succeed later.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $fault, code, syscall } = error as { $fault?: string; code?: string; syscall?: string };
  // Node's network errors carry the system call that failed; a reset in mid-answer has only its code.
  return BUSY.has(error.name) || $fault === "server" || !!syscall || code === "ECONNRESET";
}
