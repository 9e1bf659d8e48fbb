import { join } from "node:path";
import { chaosProgram, type ProgramOptions } from "./program.ts";
import { Coverage, type Search, search } from "./search.ts";

/** A seed to search with. */
export interface SeedTask {
  seed: string;
  orders: number;
  /** Whether it is run a second time, for its digest. */
  twice: boolean;
}

/** What came of a seed. */
export interface SeedResult {
  found: Search;
  coverage: Pick<Coverage, "cells" | "possible" | "judged" | "situations">;
  /** Digest of the second run, where there was one. */
  again: string | undefined;
}

const ROOT = join(import.meta.dirname, "..", "..");
const options = JSON.parse(process.argv[2] ?? "{}") as ProgramOptions;
const program = chaosProgram(ROOT, options);

process.on("message", async ({ seed, orders, twice }: SeedTask) => {
  const coverage = new Coverage();
  const found = await search(
    seed,
    orders,
    await program,
    coverage,
    (_, violations) => violations.length > 0,
  );
  const again = twice && !found.failed;
  const digest = again
    ? (await search(seed, orders, await program, new Coverage())).digest
    : undefined;
  const { cells, possible, judged, situations } = coverage;
  const result: SeedResult = {
    found,
    coverage: { cells, possible, judged, situations },
    again: digest,
  };
  process.send?.(result);
});
