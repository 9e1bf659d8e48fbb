import type { Clock } from "./clock.ts";
import { unattended } from "./unattended.ts";

/** One hop between two parts of the stack. */
export interface TraceRecord {
  /** Milliseconds since the epoch, on the runtime's clock. */
  time: number;
  /** Who acted: a role's name, a service principal, or `you`. */
  from: string;
  /** What was reached: an ARN, or a short name where there is none. */
  to: string;
  /** What was done: an IAM action (`dynamodb:PutItem`) or a platform step (`pipes:retry`). */
  kind: string;
  /** The request that this hop belongs to, if known. */
  requestId?: string;
  /** Root of the caller's `X-Amzn-Trace-Id`, where it sent one. */
  traceId?: string;
  decision: "allowed" | "denied" | "failed" | "note";
  /** Why it was denied or failed, or what was noted, in a sentence. */
  detail?: string;
}

/** Every hop as it happens; the console log, tests and reports are its readers. */
export class Trace {
  readonly #clock: Clock;
  readonly #readers = new Set<(record: TraceRecord) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  emit(record: Omit<TraceRecord, "time">): void {
    if (this.#readers.size === 0) return;
    const stamped = { time: this.#clock.now(), ...record };
    for (const read of this.#readers) unattended("a reader of the trace", () => read(stamped));
  }

  /** Calls `read` for each later record; returns a function that stops it. */
  subscribe(read: (record: TraceRecord) => void): () => void {
    this.#readers.add(read);
    return () => this.#readers.delete(read);
  }
}
