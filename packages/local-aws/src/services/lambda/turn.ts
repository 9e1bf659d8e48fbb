import type { Seat } from "./seat.ts";

/** The environments of one function, as the scheduler needs them. */
export interface SeatSource {
  /** Environments that start, that are busy, and that are idle. */
  readonly size: number;
  /** Those of them that will take another event; the others end, on old code. */
  readonly lasting: number;
  /** Whether it has no more than one environment, as a debugger attaches to one process. */
  readonly isSingle: boolean;
  /** Removes the idle environment that was used last; undefined if none is idle. */
  takeIdle(): Seat | undefined;
  /** Since when the longest idle environment has been; undefined where none is idle. */
  idleSince(): number | undefined;
  /** Ends the environment that has been idle longest. */
  endOldestIdle(): void;
  /** Starts one more; resolves when it is ready, has failed or takes too long, and rejects if it cannot be started. */
  open(): Promise<Seat>;
  /** Returns an environment after its event. */
  rest(seat: Seat): void;
}

/** Who has a turn first. */
export const URGENCIES = ["nested", "call", "background"] as const;

/**
 * Who waits: `nested` is a function that waits for another, which may use its place; `call` is a
 * client; for `background` work nobody waits.
 */
export type Urgency = (typeof URGENCIES)[number];

/** An environment, for one event. */
export interface Turn {
  readonly seat: Seat;
  /** Whether it was waited for while it started. */
  readonly cold: boolean;
  /** Gives everything back. */
  end(): void;
}

/** Who waits for a turn, and how long they do. */
export interface TurnRequest {
  urgency: Urgency;
  /** Aborted when the turn is no longer wanted. */
  signal?: AbortSignal | undefined;
}
