import type { Unit } from "./prices.ts";

/** What one part of the stack has used of one unit. */
export interface Used {
  /** Logical name of the function, pipe, API or state machine. */
  step: string;
  unit: Unit;
  amount: number;
}

/** Counts what is used, by step and unit. */
export class Usage {
  readonly #amounts = new Map<string, Used>();

  /** Adds another's amounts, each `times` as often. */
  static sum(parts: readonly (readonly [usage: Usage, times: number])[]): Usage {
    const sum = new Usage();
    for (const [usage, times] of parts) {
      for (const { step, unit, amount } of usage.all) sum.add(step, unit, amount * times);
    }
    return sum;
  }

  add(step: string, unit: Unit, amount = 1): void {
    if (amount === 0) return;
    const key = `${step}\n${unit}`;
    const known = this.#amounts.get(key);
    if (known) known.amount += amount;
    else this.#amounts.set(key, { step, unit, amount });
  }

  /** Everything, by unit and step. */
  get all(): Used[] {
    const key = ({ unit, step }: Used) => `${unit} ${step}`;
    return [...this.#amounts.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** How much of a unit all steps have used. */
  of(unit: Unit): number {
    return this.all.filter((one) => one.unit === unit).reduce((sum, one) => sum + one.amount, 0);
  }
}
