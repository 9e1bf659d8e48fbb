import type { Catcher, Retrier } from "./asl-types.ts";
import type { StatesError } from "./states-error.ts";

/** Whether an `ErrorEquals` list names the error, itself or by a wildcard. */
function namesError(list: readonly string[], { error, alias }: StatesError): boolean {
  // States.Runtime always fails the execution, even where it is named.
  if (error === "States.Runtime") return false;
  return list.some((name) => {
    if (name === error || (alias !== undefined && name === alias)) return true;
    if (error === "States.DataLimitExceeded") return false;
    return name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout");
  });
}

/** The catcher that handles the error, if any. */
export function catcherOf(
  catchers: readonly Catcher[] | undefined,
  error: StatesError,
): Catcher | undefined {
  return catchers?.find(({ ErrorEquals }) => namesError(ErrorEquals, error));
}

/** Counts the attempts of one visit to a state, for each retrier on its own. */
export class RetryCounters {
  readonly #retriers: readonly Retrier[];
  readonly #random: () => number;
  readonly #used = new Map<Retrier, number>();
  #total = 0;

  /** @param used attempts that each retrier has used before. */
  constructor(
    retriers: readonly Retrier[] | undefined,
    random: () => number,
    used: readonly number[] = [],
  ) {
    this.#retriers = retriers ?? [];
    this.#random = random;
    for (const [index, retrier] of this.#retriers.entries()) {
      this.#used.set(retrier, used[index] ?? 0);
      this.#total += used[index] ?? 0;
    }
  }

  /** Attempts that each retrier has used. */
  get used(): number[] {
    return this.#retriers.map((retrier) => this.#used.get(retrier) ?? 0);
  }

  /** Retries so far, as `$$.State.RetryCount` shows them. */
  get total(): number {
    return this.#total;
  }

  /** Uses one attempt: returns the milliseconds to wait before the retry, or undefined if there are no attempts left. */
  next(error: StatesError): number | undefined {
    // The first retrier that names the error decides, also when its attempts are used up.
    const retrier = this.#retriers.find(({ ErrorEquals }) => namesError(ErrorEquals, error));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used.set(retrier, used + 1);
    this.#total += 1;
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds, JitterStrategy } = retrier;
    const seconds = Math.min(
      IntervalSeconds * BackoffRate ** used,
      MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
    );
    return 1000 * (JitterStrategy === "FULL" ? seconds * this.#random() : seconds);
  }
}
