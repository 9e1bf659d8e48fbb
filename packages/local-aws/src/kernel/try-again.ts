import { type Clock, sleep } from "./clock.ts";
import { ServiceError } from "./service-error.ts";

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|ExecutionLimitExceeded|SlowDown/;

/** Whether the service was too busy. */
export function isThrottled({ status, code }: ServiceError): boolean {
  return status === 429 || THROTTLED.test(code);
}

/** Whether the service was busy or failed internally: the same call may succeed later. */
function isPassing(error: unknown): boolean {
  return error instanceof ServiceError && (error.status >= 500 || isThrottled(error));
}

/**
 * Calls until the service accepts it. Nothing else holds what a platform delivers, so one busy moment of the
 * receiver must not lose it.
 *
 * @param waitMs How long to wait after so many failures; undefined to stop retrying.
 * @throws the last error, if a retry cannot help or the retries are used up.
 */
export async function tryAgain<T>(
  clock: Clock,
  call: () => Promise<T>,
  waitMs: (failures: number) => number | undefined,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      const wait = isPassing(error) ? waitMs(failures) : undefined;
      if (wait === undefined) throw error;
      await sleep(clock, wait);
    }
  }
}

const MAX_WAIT_MS = 60_000;
const MAX_FAILURES = 20;

/** Waits before retries of a dead-letter queue or a destination: AWS does not document its own. A quarter of an hour in all. */
export function handOverWaitMs(failures: number): number | undefined {
  if (failures > MAX_FAILURES) return undefined;
  return Math.min(MAX_WAIT_MS, 1_000 * 2 ** (failures - 1));
}
