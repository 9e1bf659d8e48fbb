import { type Outside, TransientFailure } from "./http.ts";

/** Number of attempts, and the waits between them. */
export interface RetryPolicy {
  attempts: number;
  backoffBaseMs: number;
}

// A server may ask for a longer wait than a run is worth.
const MAX_WAIT_MS = 60_000;

/**
 * Retries with growing waits. Only transient failures are retried; the last one is thrown.
 */
export async function withRetries<T>(
  outside: Outside,
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  onRetry: (failure: TransientFailure, waitMs: number, attempt: number) => void,
): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientFailure) || n >= policy.attempts) throw error;
      const waitMs = waitBefore(n, policy, error.retryAfterMs, outside.random());
      onRetry(error, waitMs, n + 1);
      await outside.sleep(waitMs);
    }
  }
}

/** The wait after attempt n: base × 2ⁿ, of which the second half is random, and at least the server's Retry-After. */
export function waitBefore(
  n: number,
  { backoffBaseMs }: RetryPolicy,
  retryAfterMs: number | undefined,
  random: number,
): number {
  const whole = backoffBaseMs * 2 ** n;
  const jittered = whole / 2 + (whole / 2) * random;
  return Math.min(MAX_WAIT_MS, Math.round(Math.max(jittered, retryAfterMs ?? 0)));
}
