import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { TransientError } from "./transient-error.ts";

/** One write of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A write whose condition did not hold. */
export interface FailedCondition {
  /** Place in the list of writes. */
  index: number;
  /** What is stored, where the write asked for it. */
  item: Record<string, unknown> | undefined;
}

const MAX_ATTEMPTS = 4;
const MAX_WAIT_MS = 100;
// The SDK does not retry a cancelled transaction.
const TRANSIENT_REASONS = new Set([
  "None",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/**
 * Writes all or nothing. Returns the conditions that did not hold: none when all is written.
 *
 * @throws TransientError when other transactions kept writing the same items.
 */
export async function writeTogether(
  client: DynamoDBDocumentClient,
  writes: Write[],
): Promise<FailedCondition[]> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (attempt > 1) await pause(Math.random() * MAX_WAIT_MS * 2 ** (attempt - 2));
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
      if (!reasons.every(({ Code = "" }) => TRANSIENT_REASONS.has(Code))) throw error;
    }
  }
  throw new TransientError("other transactions kept writing the same items");
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
