import type { RecordedProgram } from "local-aws/testing/simulation";
import type { Violation } from "./oracle/invariants.ts";
import { type RoundOptions, runRound } from "./round.ts";
import type { Shrunk } from "./shrink.ts";
import { story } from "./story.ts";

/** A failure as it is kept in a file. */
export interface Failure extends Shrunk, Pick<RoundOptions, "seed" | "wanted"> {}

/** Runs a failure again: what is violated now, and the stories of the orders that it is about. */
export async function replayed(
  program: RecordedProgram,
  { seed, clients, faults, wanted }: Failure,
): Promise<{ stories: string[]; violations: Violation[] }> {
  const only = new Set(faults);
  const stories: string[] = [];
  const options = { seed, program, clients, only, wanted };
  const { violations } = await runRound(
    options,
    async ({ world, clients: all, violations: found }) => {
      const broken = new Set(found.flatMap(({ orderId }) => orderId ?? []));
      const placed = new Set(
        all.flatMap(({ heard }) => heard.flatMap(({ orderId }) => orderId ?? [])),
      );
      // Where no order is named, it is about all that are left.
      for (const orderId of broken.size > 0 ? broken : placed) {
        stories.push(await story(world, orderId).catch((error: Error) => error.message));
      }
    },
  );
  return { stories, violations };
}
