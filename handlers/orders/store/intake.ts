import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { writeTogether } from "../../shared/transaction.ts";
import type { Order } from "../rules/order.ts";
import { idempotencyRecordKey } from "./keys.ts";
import { orderItem } from "./order-item.ts";
import type { OrdersTable } from "./orders-table.ts";

/** What is remembered of a request that had an `Idempotency-Key`. */
export interface KeyRecord {
  orderId: string;
  /** Of the body. */
  fingerprint: string;
  /** Epoch seconds from which on a request with this key is a new one. */
  endsAt: number;
  /** Epoch seconds after which DynamoDB deletes the record: never before the last request that it is for can come. */
  expiresAt: number;
  /** The response as text: a map in DynamoDB does not keep the order of its members. */
  response?: string;
}

/** A key to claim for an order; keys of different scopes never meet. */
export interface KeyClaim extends KeyRecord {
  scope: string;
  key: string;
  /** When the request was made, in epoch seconds: it may have waited in a queue since. */
  requestedAt: number;
}

/** Outcome of an intake: the order is stored, was known before, or its key belongs to another order. */
export type Intake = { outcome: "stored" | "known" } | { outcome: "taken"; record: KeyRecord };

/** Stores an order unless it is stored, together with the claim of its key if it has one. */
export type TakeIn = (order: Order, claim?: KeyClaim) => Promise<Intake>;

/** What is remembered of a key; undefined if it is unused. */
export type FindKey = (
  claim: Pick<KeyClaim, "scope" | "key" | "requestedAt">,
) => Promise<KeyRecord | undefined>;

/** Reads keys from the table. */
export function findKey({ client, tableName }: OrdersTable): FindKey {
  return async ({ scope, key, requestedAt }) => {
    const Key = idempotencyRecordKey(scope, key);
    const get = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
    const record = (await client.send(get)).Item as KeyRecord | undefined;
    return record && record.endsAt > requestedAt ? record : undefined;
  };
}

/** Takes orders into the table. The order and its key are stored in one transaction. */
export function orderIntake({ client, tableName }: OrdersTable, shards: number): TakeIn {
  const TableName = tableName;
  const putOrder = (order: Order) => ({
    TableName,
    Item: orderItem(order, shards),
    ConditionExpression: "attribute_not_exists(PK)",
  });
  const putClaim = ({ scope, key, requestedAt, ...record }: KeyClaim) => {
    return {
      TableName,
      Item: { ...idempotencyRecordKey(scope, key), ...record },
      ConditionExpression: "attribute_not_exists(PK) OR endsAt <= :requestedAt",
      ExpressionAttributeValues: { ":requestedAt": requestedAt },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
  };
  return async (order, claim) => {
    if (!claim) return putAlone(client, putOrder(order));
    const writes = [{ Put: putOrder(order) }, { Put: putClaim(claim) }];
    const failed = await writeTogether(client, writes);
    const record = failed.find(({ index }) => index === 1)?.item as KeyRecord | undefined;
    if (record && record.orderId !== order.orderId) return { outcome: "taken", record };
    return { outcome: failed.length === 0 ? "stored" : "known" };
  };
}

async function putAlone(
  client: DynamoDBDocumentClient,
  put: ConstructorParameters<typeof PutCommand>[0],
): Promise<Intake> {
  try {
    await client.send(new PutCommand(put));
    return { outcome: "stored" };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { outcome: "known" };
    throw error;
  }
}
