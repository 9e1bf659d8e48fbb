import type { Timer } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { handOverWaitMs, tryAgain } from "../../kernel/try-again.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Collection } from "../../store/collection.ts";
import type { AsyncSettings } from "./async-settings.ts";
import { type AsyncEnd, sendDeadLetter, sendRecord } from "./destination.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { Invocation } from "./invocation.ts";

/** One event of an asynchronous invocation. */
export interface AsyncEvent {
  definition: FunctionDefinition;
  settings: AsyncSettings;
  requestId: string;
  /** The event as JSON text. */
  event: string;
  clientContext?: string | undefined;
  traceHeader?: string | undefined;
  /** Calls back when its turn comes. */
  invoke: (onStarted: () => void) => Promise<Invocation>;
}

/** What happens to an asynchronous event, for metrics. */
export interface AsyncStep {
  definition: FunctionDefinition;
  /** `undelivered` is a record that its destination refused, `dead-letter-lost` the same for the dead-letter target. */
  kind: "received" | "attempted" | "dropped" | "undelivered" | "dead-letter-lost";
  /** How long ago the event came, in milliseconds. */
  ageMs: number;
}

interface Progress {
  acceptedAt: number;
  failures: number;
  refusals: number;
}

interface Attempts extends AsyncEvent, Progress {
  /** What it is kept under. */
  key: number;
}

/** An event that has not ended, as it is stored. */
export interface KeptEvent extends Progress {
  functionName: string;
  requestId: string;
  event: string;
  clientContext?: string | undefined;
  traceHeader?: string | undefined;
  /** When it is tried again, in milliseconds since the epoch; undefined while it is tried. */
  dueAt?: number | undefined;
}

type Failed = Required<Pick<AsyncEnd, "status" | "error">>;

// Lambda waits one minute before the first retry of a failed event and two before the second.
const RETRY_WAITS_MS = [60_000, 120_000];
// Events that could not run at all wait from a second up to five minutes.
const MAX_WAIT_MS = 300_000;

/** Lambda's queue of asynchronous events: retries them, and sends those that finally fail to their destination. */
export class AsyncInvoker {
  readonly #kernel: Kernel;
  readonly #kept: Collection<number, KeptEvent>;
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<(step: AsyncStep) => void>();
  /** For each function, resolves when the newest event has its turn. */
  readonly #lines = new Map<string, Promise<void>>();
  #pending = 0;
  #stopped = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#kept = kernel.store.collection("lambda_events", "number");
  }

  /** Events that have not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** Accepts an event; its outcome is reported later. */
  accept(event: AsyncEvent): void {
    const acceptedAt = this.#kernel.clock.now();
    const key = this.#kept.nextNumber();
    const attempts = { ...event, key, acceptedAt, failures: 0, refusals: 0 };
    this.#keep(attempts);
    this.#tell(attempts, "received");
    this.#begin(attempts);
  }

  /** Resumes the events of an earlier run; `revive` returns undefined if the function no longer exists. */
  resume(revive: (kept: KeptEvent) => AsyncEvent | undefined): void {
    for (const [key, kept] of [...this.#kept.entries()]) {
      const { acceptedAt, failures, refusals, dueAt, functionName, requestId } = kept;
      const event = revive(kept);
      if (event) this.#begin({ ...event, key, acceptedAt, failures, refusals }, dueAt);
      else {
        this.#kept.delete(key);
        this.#lost(functionName, requestId, "the event is dropped: the function no longer exists");
      }
    }
  }

  /** Calls back at every step of every event; returns a function that stops it. */
  onStep(listener: (step: AsyncStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries nothing again from now on; events that wait are for the next start. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #begin(async: Attempts, dueAt?: number): void {
    this.#pending++;
    if (dueAt !== undefined) this.#wait(async, Math.max(0, dueAt - this.#kernel.clock.now()));
    else unattended(`event of ${async.definition.name}`, () => this.#attempt(async));
  }

  #keep(async: Attempts, dueAt?: number): void {
    const { key, definition, requestId, event, clientContext, traceHeader } = async;
    const { acceptedAt, failures, refusals } = async;
    const progress = { acceptedAt, failures, refusals, dueAt };
    const functionName = definition.name;
    const kept = { functionName, requestId, event, clientContext, traceHeader, ...progress };
    this.#kept.put(key, kept);
  }

  #wait(async: Attempts, waitMs: number): void {
    const timer = this.#kernel.clock.after(
      waitMs,
      () => {
        this.#timers.delete(timer);
        this.#keep(async);
        return this.#attempt(async);
      },
      `event of ${async.definition.name}`,
    );
    this.#timers.add(timer);
  }

  async #attempt(async: Attempts): Promise<void> {
    let outcome: Invocation["outcome"];
    const { name } = async.definition;
    const before = this.#lines.get(name);
    const turn = Promise.withResolvers<void>();
    this.#lines.set(name, turn.promise);
    // One event of each function waits for its turn at a time, so that many of one hold up nothing else.
    await before;
    this.#tell(async, "attempted");
    try {
      ({ outcome } = await async.invoke(turn.resolve));
    } catch (error) {
      return this.#refused(async, error);
    } finally {
      turn.resolve();
    }
    const { error, payload } = outcome;
    if (!error) return this.#end(async, { condition: "Success", status: 200, payload });
    const failed = { status: 200, error };
    const waitMs = RETRY_WAITS_MS[async.failures++];
    if (waitMs === undefined || async.failures > async.settings.retries) {
      return this.#end(async, { condition: "RetriesExhausted", ...failed });
    }
    await this.#again(async, waitMs, failed);
  }

  /** The function was not run: it is throttled, or the platform itself failed. */
  async #refused(async: Attempts, thrown: unknown): Promise<void> {
    const known = thrown instanceof ServiceError ? thrown : undefined;
    const { code: errorType = "ServiceException", status = 500 } = known ?? {};
    const failed = { status, error: { errorType, errorMessage: (thrown as Error).message } };
    // A reserved concurrency of 0 turns a function off: its events are not even retried.
    if (status === 429 && async.definition.reservedConcurrency === 0) {
      return this.#end(async, { condition: "RetriesExhausted", ...failed });
    }
    const waitMs = Math.min(MAX_WAIT_MS, 1000 * 2 ** async.refusals++);
    await this.#again(async, waitMs, failed);
  }

  async #again(async: Attempts, waitMs: number, failed: Failed): Promise<void> {
    const { clock, trace } = this.#kernel;
    const { definition, settings, acceptedAt, requestId } = async;
    if (this.#stopped) return;
    if (clock.now() + waitMs - acceptedAt > settings.maximumAgeSeconds * 1000) {
      return this.#end(async, { condition: "EventAgeExceeded", ...failed });
    }
    const { errorType, errorMessage } = failed.error;
    trace.emit({
      from: "lambda.amazonaws.com",
      to: definition.arn,
      kind: "lambda:retry",
      requestId,
      decision: "note",
      detail: `${errorType}: ${errorMessage}; again in ${waitMs / 1000} s`,
    });
    this.#keep(async, clock.now() + waitMs);
    this.#wait(async, waitMs);
  }

  async #end(
    async: Attempts,
    how: Pick<AsyncEnd, "condition" | "status" | "payload" | "error">,
  ): Promise<void> {
    const { definition, settings, requestId, event, failures } = async;
    if (this.#stopped) return;
    const end: AsyncEnd = { requestId, event, invokeCount: failures + (how.error ? 0 : 1), ...how };
    const { onFailureArn, onSuccessArn } = settings;
    const { deadLetterArn } = definition;
    const recordArn = end.error ? onFailureArn : onSuccessArn;
    const telling = (kind: AsyncStep["kind"]) => (error: unknown) => {
      this.#tell(async, kind);
      throw error;
    };
    const sends: Promise<void>[] = [];
    if (recordArn) {
      const send = () => sendRecord(this.#kernel, definition, recordArn, end);
      const sent = tryAgain(this.#kernel.clock, send, handOverWaitMs);
      sends.push(sent.catch(telling("undelivered")));
    }
    if (end.error && deadLetterArn) {
      const send = () => sendDeadLetter(this.#kernel, definition, deadLetterArn, end);
      const sent = tryAgain(this.#kernel.clock, send, handOverWaitMs);
      sends.push(sent.catch(telling("dead-letter-lost")));
    }
    if (end.error) this.#tell(async, "dropped");
    if (end.error && sends.length === 0) {
      this.#lost(definition.arn, requestId, `the event is dropped: ${end.error.errorMessage}`);
    }
    for (const sent of await Promise.allSettled(sends)) {
      if (sent.status === "fulfilled") continue;
      const what = end.error ? "the event is dropped" : "the record is dropped";
      this.#lost(definition.arn, requestId, `${what}: ${(sent.reason as Error).message}`);
    }
    this.#kept.delete(async.key);
    this.#pending--;
  }

  #tell({ definition, acceptedAt }: Attempts, kind: AsyncStep["kind"]): void {
    if (this.#listeners.size === 0) return;
    const step = { definition, kind, ageMs: this.#kernel.clock.now() - acceptedAt };
    for (const listener of this.#listeners) listener(step);
  }

  #lost(to: string, requestId: string, detail: string): void {
    this.#kernel.trace.emit({
      from: "lambda.amazonaws.com",
      to,
      kind: "lambda:drop",
      requestId,
      decision: "failed",
      detail,
    });
  }
}
