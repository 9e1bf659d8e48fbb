import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Order } from "../rules/order.ts";
import type { OrderStore } from "./orders.ts";

const aliasKey = (alias: string) => ({ PK: `ORDER#${alias}`, SK: "ALIAS" });

/** Finds orders by the id that a client was told. Of a request that was repeated by the direct door there are several. */
export function orderReader(
  client: DynamoDBDocumentClient,
  TableName: string,
  orders: Pick<OrderStore, "find">,
): (orderId: string) => Promise<Order | undefined> {
  return async (orderId) => {
    const order = await orders.find(orderId);
    if (order) return order;
    const get = new GetCommand({ TableName, Key: aliasKey(orderId), ConsistentRead: true });
    const { Item } = await client.send(get);
    return Item && orders.find(String(Item["orderId"]));
  };
}

/** Makes an order readable under a second id, for as long as its key is remembered. */
export function putAlias(client: DynamoDBDocumentClient, TableName: string) {
  return async (alias: string, orderId: string, expiresAt: number): Promise<void> => {
    const Item = { ...aliasKey(alias), orderId, expiresAt };
    await client.send(new PutCommand({ TableName, Item }));
  };
}
