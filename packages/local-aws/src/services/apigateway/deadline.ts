import { GatewayError } from "../../gateway/gateway-error.ts";
import type { Clock } from "../../kernel/clock.ts";

/**
 * The work's result, if it is there within `ms`. Later work continues, and its result is lost, as on AWS; only
 * what has not started by then is cancelled through the signal.
 *
 * @throws GatewayError `INTEGRATION_TIMEOUT`.
 */
export async function withinDeadline<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const stop = new AbortController();
  const timer = clock.after(ms, () =>
    reject(
      new GatewayError("INTEGRATION_TIMEOUT", {
        reason: `the integration did not respond within ${ms} ms`,
      }),
    ),
  );
  try {
    return await Promise.race([work(stop.signal), overdue]);
  } finally {
    timer.cancel();
    stop.abort();
  }
}
