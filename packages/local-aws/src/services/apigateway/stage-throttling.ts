import { GatewayError } from "../../gateway/gateway-error.ts";
import { type Throttle, TokenBucket } from "../../gateway/token-bucket.ts";
import type { Clock } from "../../kernel/clock.ts";

/** Applies to each method of the stage; each has its own count. */
export const EVERY_METHOD = "*/*";

/** Throttling of a stage's methods, over all clients. */
export class StageThrottling {
  readonly #clock: Clock;
  readonly #limits = new Map<string, Throttle>();
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param method `/path/METHOD`, or {@link EVERY_METHOD} for all that have no limit of their own. */
  limit(method: string, throttle: Throttle): void {
    this.#limits.set(method, throttle);
  }

  /**
   * Counts one request.
   *
   * @throws GatewayError `THROTTLED`.
   */
  admit(method: string): void {
    if (this.#limits.size === 0) return;
    const limit = this.#limits.get(method) ?? this.#limits.get(EVERY_METHOD);
    if (!limit) return;
    let bucket = this.#buckets.get(method);
    if (!bucket) {
      bucket = new TokenBucket(this.#clock, limit);
      this.#buckets.set(method, bucket);
    }
    if (!bucket.take()) {
      throw new GatewayError("THROTTLED", {
        reason: `${method} is over the stage's ${limit.rateLimit}/s`,
      });
    }
  }
}
