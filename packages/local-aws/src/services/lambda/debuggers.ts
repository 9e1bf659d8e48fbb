import { freePort } from "../../kernel/free-port.ts";
import type { Inspect } from "../../program/service-definition.ts";
import { chosenFunctions } from "./chosen-functions.ts";
import type { FunctionPool } from "./pool.ts";

// Where debuggers look first.
const DEFAULT_PORT = 9229;

/**
 * Lets debuggers attach to the functions that were chosen for it, each at a port of its own. Functions that were named
 * start at once, so that breakpoints are set before the first event.
 *
 * @throws Error naming a function that is not there, and the nearest one.
 */
export async function openToDebuggers(
  pools: readonly FunctionPool[],
  { functions, firstPort = DEFAULT_PORT }: Inspect,
): Promise<void> {
  const names = chosenFunctions(
    functions,
    pools.map(({ definition }) => definition.name),
  );
  const chosen = pools.filter(({ definition }) => names.has(definition.name));
  let next = firstPort;
  for (const pool of chosen) {
    const inspectPort = await freePort(next);
    if (inspectPort === 0) throw new Error(`--inspect: the ports from ${next} on are all taken`);
    pool.update({ ...pool.definition, inspectPort });
    next = inspectPort + 1;
  }
  if (functions.length > 0) await Promise.all(chosen.map((pool) => pool.warm()));
}
