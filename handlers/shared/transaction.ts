import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { TransientError } from "./step.ts";

/** One write of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A write whose condition did not hold. */
export interface FailedCondition {
  /** Place in the list of writes. */
  index: number;
  /** What is stored, where the write asked for it. */
  item: Record<string, unknown> | undefined;
}

const MOST_TRIES = 4;
const LONGEST_WAIT_MS = 100;
// The SDK tries none of these again.
const PASSING = new Set([
  "None",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/**
 * Writes all or nothing. The answer names the conditions that did not hold: it is empty when all is written.
 *
 * @throws TransientError when others kept writing the same items.
 */
export async function writeTogether(
  client: DynamoDBDocumentClient,
  writes: Write[],
): Promise<FailedCondition[]> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    if (tries > 1) await pause(Math.random() * LONGEST_WAIT_MS * 2 ** (tries - 2));
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writes }));
      return [];
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const failed = reasons.flatMap(({ Code, Item }, index) =>
        Code === "ConditionalCheckFailed" ? [{ index, item: Item && unmarshall(Item) }] : [],
      );
      if (failed.length > 0) return failed;
      if (!reasons.every(({ Code = "" }) => PASSING.has(Code))) throw error;
    }
  }
  throw new TransientError("other transactions were in the way");
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
