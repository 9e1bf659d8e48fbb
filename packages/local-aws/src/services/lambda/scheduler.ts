import type { Clock, Timer } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Capacity } from "./capacity.ts";
import type { Seat } from "./seat.ts";

/** The environments of one function, as the scheduler needs them. */
export interface SeatSource {
  /** Environments that start, that are busy, and that are idle. */
  readonly size: number;
  /** Those of them that will take another event; the others end, on old code. */
  readonly lasting: number;
  /** Takes the idle environment that was used last; undefined where there is none. */
  takeIdle(): Seat | undefined;
  /** Since when the longest idle environment has been; undefined where none is idle. */
  idleSince(): number | undefined;
  /** Ends the environment that has been idle longest. */
  endOldestIdle(): void;
  /** Starts one more; settles when it is ready, has failed or takes too long, and rejects where it cannot be started. */
  open(): Promise<Seat>;
  /** Takes back an environment after its event. */
  rest(seat: Seat): void;
}

/**
 * Who waits: `nested` is a function that waits for another, on whose place the other may run; `call` is a person or
 * client; for `background` work nobody waits.
 */
export type Urgency = "nested" | "call" | "background";

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

interface Waiter extends TurnRequest {
  order: number;
  since: number;
  /** Whether an environment started while it waited. */
  cold: boolean;
  grant(turn: Turn): void;
  refuse(error: unknown): void;
}

interface Line {
  readonly source: SeatSource;
  readonly waiting: Record<Urgency, Waiter[]>;
  starting: number;
  /** How long its latest events have taken; undefined before the first has ended. */
  averageMs: number | undefined;
}

const URGENCIES = ["nested", "call", "background"] as const;
// Whoever waits longer for an environment gets another one. To start one takes about as long, and where the machine is
// busy, takes it from what runs.
const GROW_AFTER_MS = 100;
// How much the latest event counts in an average.
const LATEST_SHARE = 0.2;
// An event that takes longer mostly waits for something, and others may use the processor meanwhile.
const LONG_EVENT_MS = 500;
const LONG_START_MS = 1_000;
// As long as something ends, whoever waits will have a turn. Where nothing does, those that run may wait for those that
// wait.
const STUCK_AFTER_MS = 1_000;

/**
 * Decides which event runs when, of all functions. No more run at once than the machine can run; the others wait in
 * order, those first that somebody waits for. Environments are used again before others are started, and those that
 * were idle longest make room.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #capacity: Capacity;
  readonly #lines = new Map<SeatSource, Line>();
  readonly #running: Record<Urgency, number> = { nested: 0, call: 0, background: 0 };
  #order = 0;
  #starting = 0;
  /** Events that have run for long. */
  #long = 0;
  #lastEndAt: number;
  #wake: { at: number; timer: Timer } | undefined;
  #stopped = false;

  constructor(clock: Clock, capacity: Capacity) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#lastEndAt = clock.now();
  }

  /** A turn on one of the function's environments. Rejects with the signal's reason where that is aborted first. */
  turn(source: SeatSource, request: TurnRequest): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const { urgency, signal } = request;
      if (this.#stopped) return reject(stopped());
      if (signal?.aborted) return reject(signal.reason);
      const line = this.#lineOf(source);
      const leave = () => {
        remove(line.waiting[urgency], waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        ...request,
        order: this.#order++,
        since: this.#clock.now(),
        cold: false,
        grant: (turn) => {
          signal?.removeEventListener("abort", leave);
          resolve(turn);
        },
        refuse: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      line.waiting[urgency].push(waiter);
      this.#dispatch();
    });
  }

  /** Starts an environment, whether or not somebody waits for it; never rejects. */
  async open(source: SeatSource): Promise<void> {
    const line = this.#lineOf(source);
    line.starting++;
    this.#starting++;
    let counts = true;
    const release = () => {
      if (counts) this.#starting--;
      counts = false;
    };
    // A start that takes this long waits for something, as an event that does.
    const long = this.#clock.after(LONG_START_MS, () => {
      release();
      this.#dispatch();
    });
    const opened = await source.open().then(
      (seat) => ({ seat }),
      (error: unknown) => ({ error }),
    );
    long.cancel();
    release();
    line.starting--;
    this.#started(line, opened);
  }

  /** An environment is ready, or has failed: then whoever waits first is told so. */
  #started(line: Line, { seat, error }: { seat?: Seat; error?: unknown }): void {
    for (const urgency of URGENCIES) for (const waiter of line.waiting[urgency]) waiter.cold = true;
    const urgency = URGENCIES.find((one) => line.waiting[one].length > 0);
    if (!seat) {
      if (urgency) line.waiting[urgency].shift()?.refuse(error);
    } else if (urgency && (seat.failure || seat.initMs === undefined)) {
      this.#grant(line, urgency, seat);
    } else line.source.rest(seat);
    this.#dispatch();
  }

  /** Turns away whoever waits, and everybody who comes. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.timer.cancel();
    for (const { waiting } of this.#lines.values()) {
      for (const urgency of URGENCIES) {
        for (const waiter of waiting[urgency].splice(0)) waiter.refuse(stopped());
      }
    }
  }

  #lineOf(source: SeatSource): Line {
    const known = this.#lines.get(source);
    if (known) return known;
    const waiting: Line["waiting"] = { nested: [], call: [], background: [] };
    const line: Line = { source, waiting, starting: 0, averageMs: undefined };
    this.#lines.set(source, line);
    return line;
  }

  #dispatch(): void {
    if (this.#stopped) return;
    for (const urgency of URGENCIES) this.#serve(urgency);
    for (const urgency of URGENCIES) this.#grow(urgency);
  }

  /** Hands idle environments to those who wait, in order. */
  #serve(urgency: Urgency): void {
    let served = true;
    while (served && this.#hasPlace(urgency)) served = this.#serveNext(urgency);
  }

  #serveNext(urgency: Urgency): boolean {
    for (const line of this.#inOrder(urgency)) {
      const seat = line.source.takeIdle();
      if (!seat) continue;
      this.#grant(line, urgency, seat);
      return true;
    }
    return false;
  }

  /** Starts environments for those who wait for one. */
  #grow(urgency: Urgency): void {
    for (const line of this.#inOrder(urgency)) {
      const [head] = line.waiting[urgency];
      if (!head || line.starting >= waitersIn(line)) continue;
      if (this.#starting >= this.#capacity.starts) return;
      if (this.#shouldGrow(line, urgency, head) && this.#makeRoom(head))
        unattended("the start of a function's process", () => this.open(line.source));
    }
  }

  #shouldGrow(line: Line, urgency: Urgency, { since }: Waiter): boolean {
    const { lasting } = line.source;
    // Places are free again by the time that it is ready.
    if (lasting === 0) return true;
    if (!this.#hasPlace(urgency)) return false;
    const { averageMs = Number.POSITIVE_INFINITY } = line;
    const isSoon = (averageMs * waitersIn(line)) / lasting <= GROW_AFTER_MS;
    const growAt = since + GROW_AFTER_MS;
    if ((!this.#isBusy && !isSoon) || this.#clock.now() >= growAt) return true;
    this.#wakeAt(growAt);
    return false;
  }

  /** Whether another process may be started; an idle one is ended for it where there are as many as may be. */
  #makeRoom({ since }: Waiter): boolean {
    const { processes, allProcesses } = this.#capacity;
    let all = 0;
    let oldest: SeatSource | undefined;
    for (const { source } of this.#lines.values()) {
      all += source.size;
      if ((source.idleSince() ?? Infinity) < (oldest?.idleSince() ?? Infinity)) oldest = source;
    }
    if (all - this.#long < processes && all < allProcesses) return true;
    if (oldest) {
      oldest.endOldestIdle();
      return true;
    }
    const stuckAt = Math.max(since, this.#lastEndAt) + STUCK_AFTER_MS;
    if (this.#clock.now() >= stuckAt) {
      this.#lastEndAt = this.#clock.now();
      return true;
    }
    this.#wakeAt(stuckAt);
    return false;
  }

  get #isBusy(): boolean {
    const { nested, call, background } = this.#running;
    return nested + call + background + this.#starting >= this.#capacity.starts;
  }

  #hasPlace(urgency: Urgency): boolean {
    const { calls, background } = this.#capacity;
    if (urgency === "nested") return true;
    return this.#running[urgency] < (urgency === "call" ? calls : background);
  }

  #grant(line: Line, urgency: Urgency, seat: Seat): void {
    const waiter = line.waiting[urgency].shift();
    if (!waiter) return;
    this.#running[urgency]++;
    const began = this.#clock.now();
    let isLong = false;
    const long = this.#clock.after(LONG_EVENT_MS, () => {
      isLong = true;
      this.#long++;
      this.#running[urgency]--;
      this.#dispatch();
    });
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      long.cancel();
      if (isLong) this.#long--;
      else this.#running[urgency]--;
      this.#lastEndAt = this.#clock.now();
      const ms = this.#lastEndAt - began;
      line.averageMs = ms * LATEST_SHARE + (line.averageMs ?? ms) * (1 - LATEST_SHARE);
      line.source.rest(seat);
      this.#dispatch();
    };
    waiter.grant({ seat, cold: waiter.cold && !seat.used, end });
  }

  /** Functions that somebody waits for, by who came first. */
  #inOrder(urgency: Urgency): Line[] {
    const order = ({ waiting }: Line) => waiting[urgency][0]?.order ?? 0;
    return [...this.#lines.values()]
      .filter(({ waiting }) => waiting[urgency].length > 0)
      .sort((a, b) => order(a) - order(b));
  }

  #wakeAt(at: number): void {
    if (this.#wake && this.#wake.at <= at) return;
    this.#wake?.timer.cancel();
    const timer = this.#clock.after(at - this.#clock.now(), () => {
      this.#wake = undefined;
      this.#dispatch();
    });
    this.#wake = { at, timer };
  }
}

function waitersIn({ waiting }: Line): number {
  return URGENCIES.reduce((sum, urgency) => sum + waiting[urgency].length, 0);
}

function remove(waiters: Waiter[], waiter: Waiter): void {
  const index = waiters.indexOf(waiter);
  if (index >= 0) waiters.splice(index, 1);
}

function stopped(): ServiceError {
  return new ServiceError("ServiceException", "Lambda has been stopped", 500);
}
