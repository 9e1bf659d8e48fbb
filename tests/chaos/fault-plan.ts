import { chance, chances } from "./random.ts";

/** What can go wrong with one call or one delivery. */
export const FAULT_KINDS = [
  "throttle",
  "lost before",
  "lost after",
  "delay",
  "hang",
  "duplicate",
  "partial",
  "crash before",
  "crash after",
  "execution limit",
  "exists",
  "exists closed",
  "clock jump",
  "time passes",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How far a clock may be ahead or behind. */
export const MAX_SKEW_MS = 5 * 60_000;
const MAX_TTL_DELAY_MS = 3 * 24 * 3_600_000;

/** Of all pairs of a call and an order, at most how many have a brown-out: the call fails one way nearly every time. */
const MAX_BROWN_OUT_SHARE = 0.03;
const BROWN_OUT_RATE = 0.95;
/** A brown-out ends before a service gives up handing an event to a dead-letter queue: nothing of it would be left. */
const MAX_BROWN_OUT_ATTEMPTS = 18;
const BROWN_OUT_KINDS: ReadonlySet<FaultKind> = new Set([
  "throttle",
  "lost before",
  "lost after",
  "crash before",
  "execution limit",
]);

/** How often a fault comes that the search has not met yet. */
const WANTED_RATE = 0.2;

/** A fault that happened: where, to what, and which time that was. */
export interface Fault {
  kind: FaultKind;
  /** Who called what, e.g. `orders-process > dynamodb.PutItem`. */
  point: string;
  /** The order that it was about, or what else there is to tell calls apart. */
  subject: string;
  attempt: number;
}

/** A name for a fault that is the same in every run of a seed. */
export const nameOf = ({ kind, point, subject, attempt }: Fault): string =>
  `${kind} | ${point} | ${subject} | ${attempt}`;

/**
 * Decides from a seed what goes wrong. Each decision depends on what it is about and on nothing that came before, so
 * that a fault may be taken away without changing the others.
 */
export class FaultPlan {
  readonly happened: Fault[] = [];
  /** What could have gone wrong, by kind and point, whatever the dice said. */
  readonly cells = new Set<string>();
  /** Switched off once the storm is over. */
  calm = false;
  readonly #seed: string;
  readonly #rates = new Map<FaultKind, number>();
  readonly #attempts = new Map<string, number>();
  readonly #only: ReadonlySet<string> | undefined;
  readonly #wanted: ReadonlySet<string>;
  readonly #brownOutShare: number;

  /**
   * @param only Names of the faults that may happen; all that the seed gives, where it is left out.
   * @param wanted Cells that should be hit, as `kind | point`: their faults come often.
   */
  constructor(seed: string, only?: ReadonlySet<string>, wanted: readonly string[] = []) {
    this.#seed = seed;
    this.#only = only;
    this.#wanted = new Set(wanted);
    // Most rounds have few, and some have many.
    this.#brownOutShare = MAX_BROWN_OUT_SHARE * chance(seed, "brown-outs") ** 3;
    for (const kind of FAULT_KINDS) {
      // A swarm: each round leaves out some kinds, so that others get far enough to meet.
      const on = chance(seed, "swarm", kind) >= 0.35;
      this.#rates.set(kind, on ? chance(seed, "rate", kind) * 0.06 : 0);
    }
  }

  /** The fault that comes to a call, of those that can. */
  next(point: string, subject: string, possible: readonly FaultKind[]): FaultKind | undefined {
    if (this.calm) return undefined;
    const key = `${point}|${subject}`;
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    for (const kind of possible) this.cells.add(`${kind} | ${point}`);
    const worn = this.#brownOut(point, subject, attempt, possible);
    if (worn) {
      const fault = { kind: worn, point, subject, attempt };
      if (this.#only && !this.#only.has(nameOf(fault))) return undefined;
      this.happened.push(fault);
      return worn;
    }
    const drawn = chances(this.#seed, point, subject, attempt);
    for (const kind of possible) {
      const usual = this.#rates.get(kind) ?? 0;
      const isWanted = this.#wanted.size > 0 && this.#wanted.has(`${kind} | ${point}`);
      const rate = isWanted ? Math.max(usual, WANTED_RATE) : usual;
      if (rate === 0 || drawn(FAULT_KINDS.indexOf(kind)) >= rate) continue;
      const fault = { kind, point, subject, attempt };
      if (this.#only && !this.#only.has(nameOf(fault))) continue;
      this.happened.push(fault);
      return kind;
    }
    return undefined;
  }

  /** The fault that comes to nearly every attempt of a call about one order, where the seed says so. */
  #brownOut(
    point: string,
    subject: string,
    attempt: number,
    possible: readonly FaultKind[],
  ): FaultKind | undefined {
    if (subject === "-" || attempt > MAX_BROWN_OUT_ATTEMPTS) return undefined;
    if (chance(this.#seed, "brown-out", point, subject) >= this.#brownOutShare) return undefined;
    if (chance(this.#seed, "brown-out", point, subject, attempt) >= BROWN_OUT_RATE)
      return undefined;
    const kinds = possible.filter((kind) => BROWN_OUT_KINDS.has(kind));
    return kinds[Math.floor(chance(this.#seed, "brown-out of", point, subject) * kinds.length)];
  }

  /** How long items outlive their time: up to two days, and with a clock that is ahead less than nothing. */
  get timeToLiveDelayMs(): number {
    const share = chance(this.#seed, "time to live");
    return share < 1 / 3 ? -MAX_SKEW_MS : (share - 1 / 3) * MAX_TTL_DELAY_MS;
  }

  /** A number in [0, 1) that belongs to a fault. */
  measure(...parts: (string | number)[]): number {
    return chance(this.#seed, "measure", ...parts);
  }
}
