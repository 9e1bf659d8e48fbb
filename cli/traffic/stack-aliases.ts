import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Target } from "../target.ts";
import { type LiveAlias, liveAliases } from "./aliases.ts";

/**
 * The aliases of a stack's functions.
 *
 * @throws Error that says how to get some, when there is none.
 */
export async function stackAliases(target: Target, lambda: LambdaClient): Promise<LiveAlias[]> {
  const names = Object.values(Object(target.allOutputs["functionNames"])).map(String);
  return liveAliases(lambda, names);
}

/** What to say of a stack without aliases. */
export const NO_ALIASES =
  "no function has an alias: every deployment has all traffic at once (setting delivery:alias)";
