import type { Clock, Timer } from "../../kernel/clock.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { unattended } from "../../kernel/unattended.ts";
import type { Capacity } from "./capacity.ts";
import { IdleCores } from "./idle-cores.ts";
import type { Seat } from "./seat.ts";
import { type SeatSource, type Turn, type TurnRequest, URGENCIES, type Urgency } from "./turn.ts";
import { type Waiter, WaitingLine } from "./waiting-line.ts";

// A call that waits longer for an environment gets a new one. To start one takes about as long, and if the machine is
// busy, slows down what runs: then background work waits longer for the existing environments.
const GROW_AFTER_MS = 100;
const GROW_AFTER_BUSY_MS = 500;
// An event that takes longer mostly waits for I/O, and others may use the processor meanwhile.
const LONG_EVENT_MS = 500;
const LONG_START_MS = 1_000;
// As long as something ends, whoever waits will have a turn. Where nothing does, those that run may wait for those that
// wait.
const STUCK_AFTER_MS = 1_000;

/**
 * Decides which event runs when, of all functions. No more run concurrently than the machine can run; the others wait in
 * order, those first that a client waits for. Environments are used again before others are started, and those that
 * were idle longest make room.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #capacity: Capacity;
  readonly #idleCores: IdleCores;
  readonly #lines = new Map<SeatSource, WaitingLine>();
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
    this.#idleCores = new IdleCores(clock, capacity);
    this.#lastEndAt = clock.now();
  }

  /** A turn on one of the function's environments. Rejects with the signal's reason where that is aborted first. */
  turn(source: SeatSource, request: TurnRequest): Promise<Turn> {
    if (this.#stopped) return Promise.reject(stopped());
    if (request.signal?.aborted) return Promise.reject(request.signal.reason);
    const turn = this.#lineOf(source).join(request, this.#order++);
    this.#dispatch();
    this.#idleCores.watch(
      () => [...this.#lines.values()].some(({ size }) => size > 0),
      () => this.#dispatch(),
    );
    return turn;
  }

  /** Starts an environment; never rejects. */
  async open(source: SeatSource): Promise<void> {
    const line = this.#lineOf(source);
    line.starting++;
    this.#starting++;
    let counts = true;
    const release = () => {
      if (counts) this.#starting--;
      counts = false;
    };
    // A start that takes this long waits for I/O, as an event that does.
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

  /** An environment is ready, or has failed: the first that waits for it continues. */
  #started(line: WaitingLine, { seat, error }: { seat?: Seat; error?: unknown }): void {
    line.noteStart();
    const next = line.next();
    if (!seat) {
      if (next) {
        line.remove(next);
        next.refuse(error);
      }
    } else if (next && (seat.failure || seat.initMs === undefined)) this.#grant(line, next, seat);
    else line.source.rest(seat);
    this.#dispatch();
  }

  /** Rejects all waiting events, and all later ones. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.timer.cancel();
    this.#idleCores.stop();
    for (const line of this.#lines.values()) line.refuse(stopped());
  }

  #lineOf(source: SeatSource): WaitingLine {
    const known = this.#lines.get(source);
    if (known) return known;
    const line = new WaitingLine(source, this.#clock);
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
    for (const { line, first } of this.#inOrder(urgency)) {
      const seat = line.source.takeIdle();
      if (!seat) continue;
      this.#grant(line, first, seat);
      return true;
    }
    return false;
  }

  /** Starts environments for those who wait for one. */
  #grow(urgency: Urgency): void {
    for (const { line, first } of this.#inOrder(urgency)) {
      if (line.starting >= line.size) continue;
      if (this.#starting >= this.#capacity.starts) return;
      if (this.#shouldGrow(line, first) && this.#makeRoom(first))
        unattended("the start of a function's process", () => this.open(line.source));
    }
  }

  #shouldGrow({ source, expectedMs }: WaitingLine, { urgency, since }: Waiter): boolean {
    // Places are free again by the time that it is ready.
    if (source.lasting === 0) return true;
    if (source.isSingle) return false;
    if (!this.#hasPlace(urgency)) return false;
    const canWait = urgency === "background" && this.#idleCores.extra === 0;
    const growAt = since + (canWait ? GROW_AFTER_BUSY_MS : GROW_AFTER_MS);
    const isWorthIt = !this.#isBusy && expectedMs > GROW_AFTER_MS;
    if (isWorthIt || this.#clock.now() >= growAt) return true;
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
    if (all - this.#long < processes + this.#idleCores.extra && all < allProcesses) return true;
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
    const { extra } = this.#idleCores;
    if (urgency === "call") return this.#running.call < calls + extra;
    // Calls that wait have what they wait for sooner when less runs beside them; a little always does.
    let waitingCalls = 0;
    for (const line of this.#lines.values()) waitingCalls += line.count("call");
    return this.#running.background < Math.max(1, background + extra - waitingCalls);
  }

  #grant(line: WaitingLine, waiter: Waiter, seat: Seat): void {
    const { urgency } = waiter;
    line.remove(waiter);
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
      line.noteEvent(this.#lastEndAt - began);
      line.source.rest(seat);
      this.#dispatch();
    };
    waiter.grant({ seat, cold: waiter.cold && !seat.used, end });
  }

  /** Functions with waiting calls, the oldest call first. */
  #inOrder(urgency: Urgency): { line: WaitingLine; first: Waiter }[] {
    const waited: { line: WaitingLine; first: Waiter }[] = [];
    for (const line of this.#lines.values()) {
      const first = line.first(urgency);
      if (first) waited.push({ line, first });
    }
    return waited.sort((a, b) => a.first.order - b.first.order);
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

function stopped(): ServiceError {
  return new ServiceError("ServiceException", "Lambda has been stopped", 500);
}
