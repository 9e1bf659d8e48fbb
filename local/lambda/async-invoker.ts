import type { Kernel } from "../kernel.ts";
import { ServiceError } from "../service-error.ts";
import type { AsyncSettings } from "./async-settings.ts";
import { type AsyncEnd, sendDeadLetter, sendRecord } from "./destination.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { Invocation } from "./pool.ts";

/** One asynchronous event on its way. */
interface AsyncEvent {
  definition: FunctionDefinition;
  settings: AsyncSettings;
  requestId: string;
  event: string;
  acceptedAt: number;
  failures: number;
  throttles: number;
  invoke: () => Promise<Invocation>;
}

// Lambda waits one minute before the first retry of a failed event and two before the second.
const RETRY_WAITS_MS = [60_000, 120_000];
// Throttled events wait from a second up to five minutes.
const LONGEST_THROTTLE_WAIT_MS = 300_000;

/** Lambda's queue of asynchronous events: tries them again, and hands those that fail for good to their destination. */
export class AsyncInvoker {
  readonly #kernel: Kernel;
  #pending = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Events that have not come to their end. */
  get pending(): number {
    return this.#pending;
  }

  /** Takes an event; what becomes of it shows later. */
  accept(
    definition: FunctionDefinition,
    settings: AsyncSettings,
    event: string,
    requestId: string,
    invoke: () => Promise<Invocation>,
  ): void {
    this.#pending++;
    const acceptedAt = this.#kernel.clock.now();
    void this.#attempt({
      definition,
      settings,
      requestId,
      event,
      acceptedAt,
      failures: 0,
      throttles: 0,
      invoke,
    });
  }

  async #attempt(async: AsyncEvent): Promise<void> {
    const { settings, failures } = async;
    try {
      const { outcome } = await async.invoke();
      if (!outcome.error) {
        const { payload } = outcome;
        return await this.#end(async, { condition: "Success", payload });
      }
      const { error } = outcome;
      async.failures++;
      if (failures >= settings.retries) {
        return await this.#end(async, { condition: "RetriesExhausted", error });
      }
      await this.#again(async, RETRY_WAITS_MS[failures] ?? 0, error);
    } catch (error) {
      const throttled = error instanceof ServiceError && error.code === "TooManyRequestsException";
      if (!throttled) throw error;
      const waitMs = Math.min(LONGEST_THROTTLE_WAIT_MS, 1000 * 2 ** async.throttles++);
      await this.#again(async, waitMs, { errorType: error.code, errorMessage: error.message });
    }
  }

  async #again(async: AsyncEvent, waitMs: number, error: NonNullable<AsyncEnd["error"]>) {
    const { clock, trace } = this.#kernel;
    const { definition, settings, acceptedAt, requestId } = async;
    const age = clock.now() + waitMs - acceptedAt;
    if (age > settings.maximumAgeSeconds * 1000) {
      return this.#end(async, { condition: "EventAgeExceeded", error });
    }
    trace.emit({
      from: "lambda.amazonaws.com",
      to: definition.arn,
      kind: "lambda:retry",
      requestId,
      decision: "note",
      detail: `${error.errorType}: ${error.errorMessage}; again in ${waitMs / 1000} s`,
    });
    clock.after(waitMs, () => void this.#attempt(async));
  }

  async #end(
    { definition, settings, requestId, event, failures }: AsyncEvent,
    how: Pick<AsyncEnd, "condition" | "payload" | "error">,
  ): Promise<void> {
    const end: AsyncEnd = { requestId, event, invokeCount: failures + (how.error ? 0 : 1), ...how };
    const { onFailureArn, onSuccessArn } = settings;
    const { deadLetterArn } = definition;
    try {
      if (!end.error) {
        if (onSuccessArn) await sendRecord(this.#kernel, definition, onSuccessArn, end);
      } else if (onFailureArn) {
        await sendRecord(this.#kernel, definition, onFailureArn, end);
      } else if (deadLetterArn) {
        await sendDeadLetter(this.#kernel, definition, deadLetterArn, end);
      } else {
        this.#lost(definition, requestId, `the event is dropped: ${end.error.errorMessage}`);
      }
    } catch (error) {
      this.#lost(definition, requestId, `the event is dropped: ${(error as Error).message}`);
    } finally {
      this.#pending--;
    }
  }

  #lost({ arn }: FunctionDefinition, requestId: string, detail: string): void {
    this.#kernel.trace.emit({
      from: "lambda.amazonaws.com",
      to: arn,
      kind: "lambda:drop",
      requestId,
      decision: "failed",
      detail,
    });
  }
}
