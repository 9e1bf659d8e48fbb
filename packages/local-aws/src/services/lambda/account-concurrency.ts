import { ServiceError } from "../../kernel/service-error.ts";

const ACCOUNT_LIMIT = 1000;
// AWS keeps this much for the functions that reserve nothing.
const MIN_UNRESERVED = 100;

/** How many invocations run at once. */
export interface ConcurrencyInUse {
  /** Of the function. */
  function: number;
  /** Of all functions. */
  account: number;
  /** Of all functions that reserve nothing. */
  unreserved: number;
}

/** How many events of each function may be in progress, and how many run. */
export class AccountConcurrency {
  readonly #reserved = new Map<string, number>();
  readonly #underWay = new Map<string, number>();
  readonly #busy = new Map<string, number>();
  #sharedBusy = 0;
  #allBusy = 0;

  /** Sets what a function reserves; undefined means that it shares. @throws Error when too little would be left. */
  reserve(functionName: string, count: number | undefined): void {
    const others = this.#sum() - (this.#reserved.get(functionName) ?? 0);
    if (count === undefined) {
      this.#reserved.delete(functionName);
    } else if (ACCOUNT_LIMIT - others - count < MIN_UNRESERVED) {
      throw new Error(
        `reservedConcurrentExecutions ${count} would leave fewer than ${MIN_UNRESERVED} of the account's ${ACCOUNT_LIMIT} to other functions`,
      );
    } else {
      this.#reserved.set(functionName, count);
    }
  }

  /**
   * Admits one event, until the returned function is called. What waits for this machine would run on AWS, so
   * it counts towards a reservation. Functions that reserve nothing wait as long as it takes.
   *
   * @throws ServiceError TooManyRequestsException when the function has reserved no more.
   */
  enter(functionName: string): () => void {
    const reserved = this.#reserved.get(functionName);
    const underWay = this.#underWay.get(functionName) ?? 0;
    if (reserved !== undefined && underWay >= reserved) throw throttled();
    this.#underWay.set(functionName, underWay + 1);
    return () => {
      this.#underWay.set(functionName, (this.#underWay.get(functionName) ?? 1) - 1);
    };
  }

  /** Notes that an event runs, until the returned function is called; also returns what is in use with it. */
  take(functionName: string): { inUse: ConcurrencyInUse; giveBack: () => void } {
    const busy = this.#busy.get(functionName) ?? 0;
    const shared = this.#reserved.has(functionName) ? 0 : 1;
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

function throttled(): ServiceError {
  return new ServiceError("TooManyRequestsException", "Rate Exceeded.", 429, {
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    Type: "User",
  });
}
