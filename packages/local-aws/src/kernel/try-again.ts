import { type Clock, sleep } from "./clock.ts";
import { ServiceError } from "./service-error.ts";

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|ExecutionLimitExceeded|SlowDown/;

/** Whether the service was too busy. */
export function isThrottled({ status, code }: ServiceError): boolean {
  return status === 429 || THROTTLED.test(code);
}

/** Whether the service was too busy or failed by itself: the same call may succeed later. */
function isPassing(error: unknown): boolean {
  return error instanceof ServiceError && (error.status >= 500 || isThrottled(error));
}

/**
 * Calls until the service takes it. What a platform hands over is nobody else's any more, so one busy moment of the
 * receiver must not lose it.
 *
 * @param waitMs How long to wait after so many failures; undefined where it is given up.
 * @throws the last error, where trying again cannot help, or has been given up.
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

/** Waits for what goes to a dead-letter queue or a destination: AWS does not tell its own. A quarter of an hour in all. */
export function handOverWaitMs(failures: number): number | undefined {
  if (failures > MAX_FAILURES) return undefined;
  return Math.min(MAX_WAIT_MS, 1_000 * 2 ** (failures - 1));
}
