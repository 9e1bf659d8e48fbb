import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";

/** An entry of the simulated provider's ledger. */
export interface LedgerEntry {
  /** `charge-<order id>` or `refund-<order id>`. */
  id: string;
  state: "CAPTURED" | "DECLINED" | "VOIDED" | "REFUNDED";
  at: string;
  amountMinor?: number;
  currency?: string;
  token?: string;
}

/** The simulated provider's ledger. An entry never changes. */
export interface Ledger {
  find(id: string): Promise<LedgerEntry | undefined>;
  /** Adds an entry unless it exists; returns the existing or new entry. */
  enter(entry: LedgerEntry): Promise<LedgerEntry>;
  /** Counts attempts, this one included. */
  countTry(id: string): Promise<number>;
}

/** A ledger in its own table, as a real provider is a separate system. */
export function ledger(client: DynamoDBDocumentClient, TableName: string): Ledger {
  const find = async (id: string) => {
    const { Item } = await client.send(
      new GetCommand({ TableName, Key: { id }, ConsistentRead: true }),
    );
    return Item as LedgerEntry | undefined;
  };
  return {
    find,
    enter: async (entry) => {
      try {
        const ConditionExpression = "attribute_not_exists(id)";
        await client.send(new PutCommand({ TableName, Item: entry, ConditionExpression }));
        return entry;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await find(entry.id)) ?? entry;
      }
    },
    countTry: async (id) => {
      const update = new UpdateCommand({
        TableName,
        Key: { id: `tries-${id}` },
        UpdateExpression: "ADD tries :one",
        ExpressionAttributeValues: { ":one": 1 },
        ReturnValues: "ALL_NEW",
      });
      const { Attributes } = await client.send(update);
      return Number(Attributes?.["tries"]);
    },
  };
}
