import { nameOf } from "./fault-plan.ts";
import type { Violation } from "./oracle/invariants.ts";
import { type Round, type RoundOptions, runRound } from "./round.ts";

/** The least that still breaks the invariant, as far as was tried. */
export interface Shrunk {
  clients: number[];
  /** Names of the faults. */
  faults: string[];
  violation: Violation;
  runs: number;
}

const MAX_RUNS = 60;

/** Takes clients and faults away for as long as the same invariant breaks. */
export async function shrink(options: RoundOptions, failed: Round): Promise<Shrunk> {
  // One that names an order leads to its client at once.
  const { violations } = failed;
  const first = violations.find(({ orderId }) => orderId !== undefined) ?? violations[0];
  if (!first) throw new Error("nothing is violated");
  let runs = 0;
  let best: Shrunk = {
    clients: [...options.clients],
    faults: failed.faults.map(nameOf),
    violation: first,
    runs,
  };
  const breaks = async (clients: number[], faults: string[]): Promise<boolean> => {
    if (runs >= MAX_RUNS) return false;
    runs++;
    const round = await runRound({ ...options, clients, only: new Set(faults) });
    const same = round.violations.find(({ invariant }) => invariant === first.invariant);
    if (!same) return false;
    // What did not happen was not needed.
    best = { clients, faults: round.faults.map(nameOf), violation: same, runs };
    return true;
  };
  const { client } = first;
  const alone = client !== undefined && (await breaks([client], best.faults));
  if (!alone) await least(best.clients, (clients) => breaks(clients, best.faults));
  await least(best.faults, (faults) => breaks(best.clients, faults));
  return { ...best, runs };
}

/** Zeller's ddmin: tries halves, then smaller parts, until no part can go. */
async function least<T>(all: readonly T[], breaks: (some: T[]) => Promise<boolean>): Promise<void> {
  let kept = [...all];
  let parts = 2;
  while (kept.length > 0 && parts <= Math.max(2, kept.length * 2)) {
    const size = Math.max(1, Math.ceil(kept.length / parts));
    let smaller = false;
    for (let at = 0; at < kept.length; at += size) {
      const without = kept.filter((_, index) => index < at || index >= at + size);
      if (!(await breaks(without))) continue;
      kept = without;
      smaller = true;
      break;
    }
    if (smaller) parts = Math.max(2, parts - 1);
    else if (size === 1) return;
    else parts *= 2;
  }
}
