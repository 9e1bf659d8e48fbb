/** The invariants by name, as docs/reliability.md explains them. */
export const INVARIANTS =
  "A1 A2 A3 A4 A5 A6 A7 B1 B2 B3 B4 B5 C1 C2 C3 M1 M2 M3 M4 M5 M6 S1 S2 N1 N2 T1 L1 O1".split(" ");

/** An invariant that does not hold, of which order, and what was found. */
export interface Violation {
  invariant: string;
  /** The order, or what else has an id of its own. */
  orderId: string | undefined;
  /** The client whose order it is, where it is known. */
  client: number | undefined;
  what: string;
}

/** A violation in one line. */
export function violationText({ invariant, orderId, client, what }: Violation): string {
  const who = client === undefined ? "" : ` (client ${client})`;
  return `${invariant} ${orderId ?? ""}${who}: ${what}`;
}

/** Whose violation it is, where the order does not say. */
export interface About {
  orderId?: string | undefined;
  client?: number | undefined;
}

/** What a judge has found so far. */
export class Verdict {
  readonly violations: Violation[] = [];
  /** How often each invariant was judged. */
  readonly judged = new Map<string, number>();
  /** Situations that a search has to get into to be worth anything, and how often it did. */
  readonly situations = new Map<string, number>();
  readonly #clientOf: (orderId: string | undefined) => number | undefined;

  constructor(clientOf: (orderId: string | undefined) => number | undefined) {
    this.#clientOf = clientOf;
  }

  /** Judges one invariant; `what` says what was found where it does not hold. */
  check(invariant: string, holds: boolean, { orderId, client }: About, what: string): void {
    this.judged.set(invariant, (this.judged.get(invariant) ?? 0) + 1);
    if (holds) return;
    const owner = client ?? this.#clientOf(orderId);
    this.violations.push({ invariant, orderId, client: owner, what });
  }

  /** Counts a situation. */
  saw(what: string, times = 1): void {
    if (times > 0) this.situations.set(what, (this.situations.get(what) ?? 0) + times);
  }
}
