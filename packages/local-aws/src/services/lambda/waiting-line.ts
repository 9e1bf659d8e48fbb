import type { Clock } from "../../kernel/clock.ts";
import { type SeatSource, type Turn, type TurnRequest, URGENCIES, type Urgency } from "./turn.ts";

/** A call that waits for a turn. */
export interface Waiter extends TurnRequest {
  /** Among those of all functions. */
  order: number;
  since: number;
  /** Whether an environment started while it waited. */
  cold: boolean;
  grant(turn: Turn): void;
  refuse(error: unknown): void;
}

// How much the latest event counts in an average.
const LATEST_SHARE = 0.2;

/** Those who wait for one function. */
export class WaitingLine {
  readonly source: SeatSource;
  /** Environments that are being started. */
  starting = 0;
  readonly #clock: Clock;
  readonly #waiting: Record<Urgency, Waiter[]> = { nested: [], call: [], background: [] };
  #averageMs: number | undefined;

  constructor(source: SeatSource, clock: Clock) {
    this.source = source;
    this.#clock = clock;
  }

  get size(): number {
    return URGENCIES.reduce((sum, urgency) => sum + this.#waiting[urgency].length, 0);
  }

  /** How long the last of them will wait, estimated from earlier events; infinite before the first has ended. */
  get expectedMs(): number {
    const { averageMs, size } = { averageMs: this.#averageMs, size: this.size };
    return averageMs === undefined
      ? Number.POSITIVE_INFINITY
      : (averageMs * size) / this.source.lasting;
  }

  /** How many wait with this urgency. */
  count(urgency: Urgency): number {
    return this.#waiting[urgency].length;
  }

  /** Who came first of those with this urgency. */
  first(urgency: Urgency): Waiter | undefined {
    return this.#waiting[urgency][0];
  }

  /** Who has the next turn. */
  next(): Waiter | undefined {
    for (const urgency of URGENCIES) if (this.first(urgency)) return this.first(urgency);
    return undefined;
  }

  /** Waits. Rejects with the signal's reason where that is aborted first. */
  join(request: TurnRequest, order: number): Promise<Turn> {
    const { urgency, signal } = request;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.remove(waiter);
        reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener("abort", leave);
      const waiter: Waiter = {
        ...request,
        order,
        since: this.#clock.now(),
        cold: false,
        grant: (turn) => {
          settle();
          resolve(turn);
        },
        refuse: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting[urgency].push(waiter);
    });
  }

  remove(waiter: Waiter): void {
    const waiters = this.#waiting[waiter.urgency];
    const index = waiters.indexOf(waiter);
    if (index >= 0) waiters.splice(index, 1);
  }

  /** Notes that an environment has started while they waited. */
  noteStart(): void {
    for (const urgency of URGENCIES) {
      for (const waiter of this.#waiting[urgency]) waiter.cold = true;
    }
  }

  /** Notes how long an event took. */
  noteEvent(ms: number): void {
    this.#averageMs = ms * LATEST_SHARE + (this.#averageMs ?? ms) * (1 - LATEST_SHARE);
  }

  /** Turns all of them away. */
  refuse(error: unknown): void {
    for (const urgency of URGENCIES) {
      for (const waiter of this.#waiting[urgency].splice(0)) waiter.refuse(error);
    }
  }
}
