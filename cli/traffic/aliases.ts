import {
  GetAliasCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";

/** The alias that `delivery:alias` gives every function. */
const LIVE = "live";

/** Where the traffic of one function goes. */
export interface LiveAlias {
  functionName: string;
  /** The version that all traffic goes to, but for `weights`. */
  version: string;
  /** The version that had all traffic before. */
  previous?: string;
  /** Shares of the traffic that go to other versions, from 0 to 1. */
  weights: Record<string, number>;
  /** The newest version that was published. */
  newest: string;
  /** Makes an update fail if the alias has been changed since. */
  revision: string;
}

/** Where the traffic of a function shall go. */
export interface Traffic {
  version: string;
  previous?: string | undefined;
  weights?: Record<string, number>;
}

/** Reads the aliases of functions; those without one are left out. */
export async function liveAliases(
  lambda: LambdaClient,
  functionNames: readonly string[],
): Promise<LiveAlias[]> {
  const found: LiveAlias[] = [];
  for (const functionName of functionNames) {
    const alias = await read(lambda, functionName);
    if (alias) found.push(alias);
  }
  return found;
}

async function read(lambda: LambdaClient, FunctionName: string): Promise<LiveAlias | undefined> {
  try {
    const command = new GetAliasCommand({ FunctionName, Name: LIVE });
    const {
      FunctionVersion = "",
      Description,
      RoutingConfig,
      RevisionId = "",
    } = await lambda.send(command);
    const previous = /^previous version (\d+)$/.exec(Description ?? "")?.[1];
    return {
      functionName: FunctionName,
      version: FunctionVersion,
      ...(previous && { previous }),
      weights: RoutingConfig?.AdditionalVersionWeights ?? {},
      newest: await newestVersion(lambda, FunctionName),
      revision: RevisionId,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function newestVersion(client: LambdaClient, FunctionName: string): Promise<string> {
  let newest = 0;
  for await (const { Versions = [] } of paginateListVersionsByFunction(
    { client },
    { FunctionName },
  )) {
    for (const { Version } of Versions) {
      if (Version !== "$LATEST") newest = Math.max(newest, Number(Version));
    }
  }
  return String(newest);
}

/**
 * Moves a function's traffic, unless the alias has been changed meanwhile.
 *
 * @returns The alias as it is now.
 */
export async function sendTraffic(
  lambda: LambdaClient,
  alias: LiveAlias,
  { version, previous, weights = {} }: Traffic,
): Promise<LiveAlias> {
  const { RevisionId = "" } = await lambda.send(
    new UpdateAliasCommand({
      FunctionName: alias.functionName,
      Name: LIVE,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: weights },
      // The only place of an alias where a rollback can find it.
      Description: previous ? `previous version ${previous}` : "",
      RevisionId: alias.revision,
    }),
  );
  const { previous: _before, ...rest } = alias;
  return { ...rest, version, weights, revision: RevisionId, ...(previous && { previous }) };
}
