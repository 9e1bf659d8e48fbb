import { randomBytes } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { PAGE_TOKEN_SECRET_KEY } from "./keys.ts";
import type { OrdersTable } from "./orders-table.ts";

/** The secret that page tokens are signed with: created at the first use, and kept in the table for all functions. */
export function pageTokenSecret({ client, tableName }: OrdersTable): () => Promise<Buffer> {
  const TableName = tableName;
  const Key = PAGE_TOKEN_SECRET_KEY;
  let known: Promise<Buffer> | undefined;
  const read = async () => {
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item && Buffer.from(String(Item["secret"]), "base64");
  };
  const make = async () => {
    const secret = randomBytes(32).toString("base64");
    const ConditionExpression = "attribute_not_exists(PK)";
    const put = new PutCommand({ TableName, Item: { ...Key, secret }, ConditionExpression });
    await client.send(put).catch((error: unknown) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    });
    return (await read()) ?? Buffer.from(secret, "base64");
  };
  return (): Promise<Buffer> => {
    known ??= read().then((secret) => secret ?? make());
    // A failure is not cached.
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
}
