/** Retries are standard; the adaptive mode, which slows down senders by a measured rate, is left out. */
export class AdaptiveRetryStrategy {
  constructor() {
    throw new Error(
      "adaptive retries are left out of this bundle; unset AWS_RETRY_MODE, or set it to standard",
    );
  }
}
