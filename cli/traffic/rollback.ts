import type { LambdaClient } from "@aws-sdk/client-lambda";
import { type LiveAlias, sendTraffic } from "./aliases.ts";

/**
 * Sends all traffic back: during a shift to the versions that had it before, else to the previous ones. A second
 * rollback undoes the first.
 */
export async function rollBack(
  lambda: LambdaClient,
  aliases: readonly LiveAlias[],
  say: (line: string) => void,
): Promise<void> {
  const shifting = aliases.filter(({ weights }) => Object.keys(weights).length > 0);
  for (const alias of shifting) {
    await sendTraffic(lambda, alias, { ...alias, weights: {} });
    say(`${alias.functionName}: all traffic stays on version ${alias.version}`);
  }
  if (shifting.length > 0) return;
  const moved = aliases.filter(({ previous }) => previous !== undefined);
  for (const alias of moved) {
    const { version, previous = "" } = alias;
    await sendTraffic(lambda, alias, { version: previous, previous: version });
    say(`${alias.functionName}: version ${version} → ${previous}`);
  }
  if (moved.length === 0) say("no function has a previous version; nothing to roll back");
}
