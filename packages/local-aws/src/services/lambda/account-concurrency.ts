import { ServiceError } from "../../kernel/service-error.ts";

const ACCOUNT_LIMIT = 1000;
// AWS keeps this much for the functions that reserve nothing.
const LEAST_UNRESERVED = 100;

/** How many invocations run at once. */
export interface ConcurrencyInUse {
  /** Of the function. */
  function: number;
  /** Of all functions. */
  account: number;
  /** Of all functions that reserve nothing. */
  unreserved: number;
}

/** How many environments may be busy at once: each function's reservation, and the rest that all others share. */
export class AccountConcurrency {
  readonly #reserved = new Map<string, number>();
  readonly #busy = new Map<string, number>();
  #sharedBusy = 0;
  #allBusy = 0;

  /** Sets what a function reserves; undefined means that it shares. @throws Error when too little would be left. */
  reserve(functionName: string, count: number | undefined): void {
    const others = this.#sum() - (this.#reserved.get(functionName) ?? 0);
    if (count === undefined) {
      this.#reserved.delete(functionName);
    } else if (ACCOUNT_LIMIT - others - count < LEAST_UNRESERVED) {
      throw new Error(
        `reservedConcurrentExecutions ${count} would leave fewer than ${LEAST_UNRESERVED} of the account's ${ACCOUNT_LIMIT} to other functions`,
      );
    } else {
      this.#reserved.set(functionName, count);
    }
  }

  /**
   * Takes a place for one invocation, which the answer gives back; it also tells what is in use with it.
   *
   * @throws ServiceError TooManyRequestsException when there is none.
   */
  take(functionName: string): { inUse: ConcurrencyInUse; giveBack: () => void } {
    const reserved = this.#reserved.get(functionName);
    const busy = this.#busy.get(functionName) ?? 0;
    const shared = reserved === undefined ? 1 : 0;
    if (shared === 1 && this.#sharedBusy >= ACCOUNT_LIMIT - this.#sum()) {
      throw throttled("ConcurrentInvocationLimitExceeded");
    }
    if (reserved !== undefined && busy >= reserved) {
      throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    }
    this.#busy.set(functionName, busy + 1);
    this.#sharedBusy += shared;
    this.#allBusy++;
    return {
      inUse: { function: busy + 1, account: this.#allBusy, unreserved: this.#sharedBusy },
      giveBack: () => {
        this.#busy.set(functionName, (this.#busy.get(functionName) ?? 1) - 1);
        this.#sharedBusy -= shared;
        this.#allBusy--;
      },
    };
  }

  #sum(): number {
    let sum = 0;
    for (const count of this.#reserved.values()) sum += count;
    return sum;
  }
}

function throttled(Reason: string): ServiceError {
  return new ServiceError("TooManyRequestsException", "Rate Exceeded.", 429, {
    Reason,
    Type: "User",
  });
}
