import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Write, writeTogether } from "../../shared/transaction.ts";
import type { Order } from "../rules/order.ts";
import { orderKey } from "./keys.ts";
import { orderItem, orderOf } from "./order-item.ts";
import type { OrdersTable } from "./orders-table.ts";

/** A write beside the change of an order, and what to throw when its condition does not hold. */
export interface Companion {
  write: Write;
  otherwise?: () => Error;
}

/** Reads an order, strongly consistent; undefined if there is none. */
export type FindOrder = (orderId: string) => Promise<Order | undefined>;

/** Where orders are kept. */
export interface OrderStore {
  find: FindOrder;
  /** Stores a changed order, unless it is no longer the version that `before` was; returns whether it did. */
  replace(before: Order, after: Order, companions: Companion[]): Promise<boolean>;
}

/** Reads orders from the table. */
export function findOrder({ client, tableName }: OrdersTable): FindOrder {
  return async (orderId) => {
    const Key = orderKey(orderId);
    const get = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
    const { Item } = await client.send(get);
    return Item && orderOf(Item);
  };
}

/** Orders in the table. `shards`: over how many keys the index spreads each status. */
export function orderStore(table: OrdersTable, shards: number): OrderStore {
  const { client, tableName } = table;
  return {
    find: findOrder(table),
    replace: async (before, after, companions) => {
      const Put = {
        TableName: tableName,
        Item: orderItem(after, shards),
        ConditionExpression: "version = :version",
        ExpressionAttributeValues: { ":version": before.version },
      };
      if (companions.length === 0) return unlessConditionFails(client.send(new PutCommand(Put)));
      const writes = [{ Put }, ...companions.map(({ write }) => write)];
      const failed = await writeTogether(client, writes);
      if (failed.some(({ index }) => index === 0)) return false;
      const [first] = failed;
      if (!first) return true;
      throw companions[first.index - 1]?.otherwise?.() ?? new Error("a companion was refused");
    },
  };
}

async function unlessConditionFails(sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
