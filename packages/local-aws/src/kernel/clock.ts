import { SteadyTime } from "./steady-time.ts";
import { supervised } from "./unattended.ts";

/** A timer that was set on a clock. */
export interface Timer {
  /** Stops the timer; does nothing once it has fired. */
  cancel(): void;
}

/** The one source of time in the runtime. Tests pass a virtual one and never sleep. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once, `ms` from now. Any length is allowed; a pending timer keeps no process alive. What the callback
   * does is unattended work: a failure is reported under `name`, and time continues.
   */
  after(ms: number, callback: () => unknown, name?: string): Timer;
  /**
   * Returns the work. For work of another process or thread that waits for no timer of this clock: virtual
   * time stops until it settles, however slow the machine is.
   */
  hold<T>(work: Promise<T>): Promise<T>;
}

const A_TIMER = "a timer";
// setTimeout overflows past 2^31 - 1 ms and then fires immediately.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own time, which never goes back or stops, even if the machine's clock is set. */
export class SystemClock implements Clock {
  readonly #time = new SteadyTime();

  now(): number {
    return this.#time.now();
  }

  /** Goes on from a time that an earlier process has shown, where the machine's clock is behind it. */
  goOnFrom(shown: number): void {
    this.#time.goOnFrom(shown);
  }

  after(ms: number, callback: () => unknown, name = A_TIMER): Timer {
    // Durations do not depend on the wall clock.
    const due = performance.now() + ms;
    const fire = supervised(name, callback);
    let handle: NodeJS.Timeout;
    const arm = () => {
      const left = due - performance.now();
      handle =
        left > MAX_TIMEOUT_MS
          ? setTimeout(arm, MAX_TIMEOUT_MS)
          : setTimeout(fire, Math.max(0, left));
      handle.unref();
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }

  hold<T>(work: Promise<T>): Promise<T> {
    return work;
  }
}

interface PendingTimer {
  due: number;
  order: number;
  callback: () => void;
}

// From one piece of work to the next there are promises and immediates only: turns in which there is none are the end.
const QUIET_TURNS = 4;

let turn: Promise<boolean> | undefined;

/**
 * Lets the event loop turn once; returns whether it has more to do. All clocks share the turn: the immediate of one that
 * waits would look like work to another, and neither would become idle.
 */
function isMoreUnderWay(): Promise<boolean> {
  turn ??= new Promise((resolve) =>
    setImmediate(() => {
      turn = undefined;
      resolve(process.getActiveResourcesInfo().includes("Immediate"));
    }),
  );
  return turn;
}

/** Time that moves only when a test moves it, and not while anything that it started is still running. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<PendingTimer>();
  readonly #held = new Set<Promise<unknown>>();
  #moving: Promise<unknown> = Promise.resolve();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => unknown, name = A_TIMER): Timer {
    const callback = supervised(name, work);
    // Whole milliseconds, as the machine's own time has them.
    const due = this.#now + Math.ceil(Math.max(0, ms));
    const timer = { due, order: this.#order++, callback };
    this.#pending.add(timer);
    return { cancel: () => this.#pending.delete(timer) };
  }

  hold<T>(work: Promise<T>): Promise<T> {
    this.#held.add(work);
    const done = () => this.#held.delete(work);
    work.then(done, done);
    return work;
  }

  /** Waits until nothing is running: what remains waits for time to pass. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      if (this.#held.size > 0) {
        await Promise.allSettled(this.#held);
        quiet = 0;
      }
      if (await isMoreUnderWay()) quiet = 0;
    }
  }

  /**
   * Advances from timer to timer until `read` returns something; time does not move if only work has to finish.
   * Returns undefined when that has not happened after `withinMs`. Several waits at the same time share the clock.
   */
  async until<T>(
    read: () => T | undefined | Promise<T | undefined>,
    withinMs: number,
  ): Promise<T | undefined> {
    const end = this.#now + withinMs;
    for (let canMove = true; ; canMove = await this.advanceToNext(end)) {
      await this.settle();
      const value = await read();
      // Read again at the end: another wait may have moved the time after the last reading.
      if ((value !== undefined && value !== false) || !canMove) return value;
    }
  }

  /** Advances the time by `ms`, firing every due timer in order, and waits for their work. */
  advance(ms: number): Promise<void> {
    return this.#inTurn(async () => {
      const end = this.#now + Math.ceil(ms);
      await this.settle();
      while (await this.#step(end));
      this.#now = end;
    });
  }

  /** Moves the time by `ms` without firing timers on the way, as if the machine had been suspended. */
  jump(ms: number): void {
    this.#now += Math.ceil(ms);
  }

  /**
   * Advances the time to the next timer, fires it and waits for its work. Returns false, and does not move the time, when
   * none falls due by `end`.
   */
  advanceToNext(end = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.settle();
      return this.#step(end);
    });
  }

  /** Moves one after the other: two at the same time would fire timers out of order. */
  #inTurn<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(move);
    this.#moving = moved.catch(() => {});
    return moved;
  }

  async #step(end: number): Promise<boolean> {
    const next = this.#next(end);
    if (!next) return false;
    this.#pending.delete(next);
    this.#now = Math.max(this.#now, next.due);
    next.callback();
    await this.settle();
    return true;
  }

  #next(end: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.due > end) continue;
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }
}

/** Waits `ms` on the clock; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
