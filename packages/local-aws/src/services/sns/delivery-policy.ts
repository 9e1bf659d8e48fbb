const IMMEDIATE = 3;
const PRE_BACKOFF = 2;
const BACKOFF = 10;
const POST_BACKOFF = 100_000;
const MIN_WAIT_MS = 1_000;
const MAX_WAIT_MS = 20_000;

/**
 * How long SNS waits after so many failed attempts to deliver to a queue or a function: three times not at all, twice a
 * second, ten times with growing waits up to 20 seconds, and then 20 seconds for 23 days. Undefined when it stops.
 */
export function deliveryWaitMs(failures: number): number | undefined {
  if (failures <= IMMEDIATE) return 0;
  if (failures <= IMMEDIATE + PRE_BACKOFF) return MIN_WAIT_MS;
  const step = failures - IMMEDIATE - PRE_BACKOFF;
  if (step <= BACKOFF)
    return MIN_WAIT_MS * (MAX_WAIT_MS / MIN_WAIT_MS) ** ((step - 1) / (BACKOFF - 1));
  return step <= BACKOFF + POST_BACKOFF ? MAX_WAIT_MS : undefined;
}
