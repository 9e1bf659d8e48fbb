import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Capacity } from "./capacity.ts";

// While more of the cores than this is idle and work waits, more may run; when less is, less.
const MAX_IDLE_SHARE = 0.2;
const MIN_IDLE_SHARE = 0.05;
const WATCH_MS = 100;

/** How many more than a machine's capacity run, while its cores are idle and work waits. */
export class IdleCores {
  /** None while nothing waits. */
  extra = 0;
  readonly #clock: Clock;
  readonly #capacity: Capacity;
  #timer: Timer | undefined;

  constructor(clock: Clock, capacity: Capacity) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Measures the cores as long as work waits, and calls back after each measurement. */
  watch(isWaitedFor: () => boolean, looked: () => void): void {
    if (this.#timer || !isWaitedFor()) return;
    const { extra, starts, idleShare } = this.#capacity;
    idleShare();
    const look = () => {
      this.#timer = undefined;
      const idle = idleShare();
      if (idle > MAX_IDLE_SHARE) this.extra = Math.min(extra, this.extra + starts);
      else if (idle < MIN_IDLE_SHARE) this.extra = Math.max(0, this.extra - starts);
      looked();
      if (isWaitedFor()) this.#timer = this.#clock.after(WATCH_MS, look);
      else this.extra = 0;
    };
    this.#timer = this.#clock.after(WATCH_MS, look);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
