import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { aliasKey } from "./keys.ts";
import { type FindOrder, findOrder } from "./orders.ts";
import type { OrdersTable } from "./orders-table.ts";

/** Makes an order readable under a second id, for as long as there is the order. */
export type PutAlias = (alias: string, orderId: string) => Promise<void>;

/** Reads orders by any id that a client was given. A repeated request at the direct door has several. */
export function findOrderOrAlias(table: OrdersTable): FindOrder {
  const { client, tableName } = table;
  const find = findOrder(table);
  return async (orderId) => {
    const order = await find(orderId);
    if (order) return order;
    const Key = aliasKey(orderId);
    const get = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
    const { Item } = await client.send(get);
    return Item && find(String(Item["orderId"]));
  };
}

/** Writes second ids of orders. */
export function putAlias({ client, tableName }: OrdersTable): PutAlias {
  return async (alias, orderId) => {
    const Item = { ...aliasKey(alias), orderId };
    await client.send(new PutCommand({ TableName: tableName, Item }));
  };
}
