import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Target } from "../target.ts";
import { type LiveAlias, liveAliases } from "./aliases.ts";

/**
 * The aliases of a deployed stack's functions.
 *
 * @throws Error for the stack of npm start, whose functions have no versions.
 */
export async function stackAliases(target: Target, lambda: LambdaClient): Promise<LiveAlias[]> {
  if (target.aws.endpoint) {
    throw new Error(
      "functions on this machine have no versions: each runs its newest code; name a deployed stack with --stack",
    );
  }
  const names = Object.values(Object(target.allOutputs["functionNames"])).map(String);
  return liveAliases(lambda, names);
}

/** What to say of a stack without aliases. */
export const NO_ALIASES =
  "no function has an alias: every deployment gets all traffic immediately (setting delivery:alias)";
