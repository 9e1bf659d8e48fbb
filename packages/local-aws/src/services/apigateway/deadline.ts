import { GatewayError } from "../../gateway/gateway-error.ts";
import type { Clock } from "../../kernel/clock.ts";

/**
 * The work's outcome, if it comes within `ms`. Work that comes later goes on, and its outcome is lost, as on AWS.
 *
 * @throws GatewayError `INTEGRATION_TIMEOUT`.
 */
export async function withinDeadline<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const timer = clock.after(ms, () =>
    reject(
      new GatewayError("INTEGRATION_TIMEOUT", {
        reason: `the integration did not answer within ${ms} ms`,
      }),
    ),
  );
  try {
    return await Promise.race([work, overdue]);
  } finally {
    timer.cancel();
  }
}
