import { createHash } from "node:crypto";
import type { RecordedProgram } from "local-aws/testing/simulation";
import type { Violation } from "./oracle/invariants.ts";
import { type Round, type RoundOptions, runRound } from "./round.ts";

/** Orders that are placed in one storm. */
const ROUND_ORDERS = 250;

/** What a seed came to. */
export interface Search {
  seed: string;
  orders: number;
  faults: number;
  violations: number;
  digest: string;
  /** The round that failed first, to shrink. */
  failed?: { options: Omit<RoundOptions, "program">; round: Round };
}

/** What all seeds together have come across. */
export class Coverage {
  /** Faults that happened, by `kind | point`. */
  readonly cells = new Map<string, number>();
  readonly possible = new Set<string>();
  readonly judged = new Map<string, number>();
  readonly situations = new Map<string, number>();

  add({ faults, cells, judged, situations }: Round): void {
    for (const cell of cells) this.possible.add(cell);
    for (const { kind, point } of faults) count(this.cells, `${kind} | ${point}`);
    for (const [name, times] of judged) count(this.judged, name, times);
    for (const [name, times] of situations) count(this.situations, name, times);
  }

  /** Adds what another process has come across. */
  merge({ cells, possible, judged, situations }: Omit<Coverage, "add" | "merge" | "missed">): void {
    for (const [name, times] of cells) count(this.cells, name, times);
    for (const name of possible) this.possible.add(name);
    for (const [name, times] of judged) count(this.judged, name, times);
    for (const [name, times] of situations) count(this.situations, name, times);
  }

  /** Faults that could have happened and never did. */
  get missed(): string[] {
    return [...this.possible].filter((cell) => !this.cells.has(cell)).sort();
  }
}

function count(map: Map<string, number>, name: string, times = 1): void {
  map.set(name, (map.get(name) ?? 0) + times);
}

/** Searches with one seed, round after round, until so many orders were placed or `stop` says that it is enough. */
export async function search(
  seed: string,
  orders: number,
  program: RecordedProgram,
  coverage: Coverage,
  onRound: (soFar: Search, violations: readonly Violation[]) => boolean | undefined = () => false,
): Promise<Search> {
  const hash = createHash("sha256");
  const found: Search = { seed, orders: 0, faults: 0, violations: 0, digest: "" };
  // Of this seed alone: what another has come across must not show.
  const own = new Coverage();
  for (let round = 0; found.orders < orders; round++) {
    const clients = Array.from(
      { length: Math.min(ROUND_ORDERS, orders - found.orders) },
      (_, n) => n,
    );
    const options = { seed: `${seed}.${round}`, clients, wanted: own.missed };
    const result = await runRound({ ...options, program });
    coverage.add(result);
    own.add(result);
    hash.update(result.digest);
    found.orders += result.orders;
    found.faults += result.faults.length;
    found.violations += result.violations.length;
    if (result.violations.length > 0) {
      found.failed ??= { options, round: result };
    }
    if (onRound(found, result.violations)) break;
  }
  return { ...found, digest: hash.digest("hex").slice(0, 16) };
}
