import type { Clock } from "../kernel/clock.ts";

/** How many requests may pass. */
export interface Throttle {
  /** Requests per second that flow in. */
  rateLimit: number;
  /** Requests that may be waiting at most. */
  burstLimit: number;
}

/** Allows `burstLimit` requests immediately and `rateLimit` a second after that. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #limit: Throttle;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, limit: Throttle) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burstLimit;
    this.#filledAt = clock.now();
  }

  /** Takes one token; returns false if the bucket is empty. */
  take(): boolean {
    const { rateLimit, burstLimit } = this.#limit;
    const now = this.#clock.now();
    const gained = ((now - this.#filledAt) / 1000) * rateLimit;
    this.#tokens = Math.min(burstLimit, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
