/** How much slower time goes here until a clock that was set back has caught up. */
const SLOWER = 0.01;

/** Where time comes from; tests have their own. */
export interface TimeSources {
  /** The clock on the wall, in milliseconds since the epoch; anybody may set it. */
  wall(): number;
  /** Milliseconds since an arbitrary moment; it cannot be set. */
  monotonic(): number;
}

const MACHINE: TimeSources = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * The time of day, in order. A clock that is set forward is followed immediately. One that is set back is not: time continues
 * from where it was, a hundredth slower, until the clock has caught up; so what is measured by it is right within one
 * per cent.
 */
export class SteadyTime {
  readonly #sources: TimeSources;
  #shown: number;
  #readAt: number;

  constructor(sources = MACHINE) {
    this.#sources = sources;
    this.#shown = sources.wall();
    this.#readAt = sources.monotonic();
  }

  /** Goes on from a time that was shown before, e.g. by an earlier process, where the clock is behind it. */
  goOnFrom(shown: number): void {
    this.#shown = Math.max(this.now(), shown);
  }

  /** Whole milliseconds since the epoch. */
  now(): number {
    const at = this.#sources.monotonic();
    const passed = at - this.#readAt;
    this.#readAt = at;
    const wall = this.#sources.wall();
    const ahead = this.#shown + passed - wall;
    this.#shown = ahead > 0 ? this.#shown + passed - Math.min(ahead, passed * SLOWER) : wall;
    return Math.floor(this.#shown);
  }
}
