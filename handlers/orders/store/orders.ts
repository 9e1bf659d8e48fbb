import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { TransientError } from "../../shared/step.ts";
import { type Write, writeTogether } from "../../shared/transaction.ts";
import type { Change } from "../rules/lifecycle.ts";
import { type Order, statusShard } from "../rules/order.ts";

/** There is no such order. */
export class OrderNotFound extends Error {
  override readonly name = "OrderNotFound";
}

/** A write beside the change of an order, and what to throw when its condition does not hold. */
export interface Companion {
  write: Write;
  otherwise?: () => Error;
}

/** Where orders are kept. */
export interface OrderStore {
  /** The order as it is at this moment. */
  find(orderId: string): Promise<Order | undefined>;
  /** Stores a changed order, unless it is no longer the version that `before` was; tells whether it did. */
  replace(before: Order, after: Order, companions: Companion[]): Promise<boolean>;
}

/** Key of an order's item. */
export function orderKey(orderId: string) {
  return { PK: `ORDER#${orderId}`, SK: `ORDER#${orderId}` };
}

/** An order as an item of the table. */
export function orderItem(order: Order, shards: number): Record<string, unknown> {
  const { orderId, status } = order;
  return { ...orderKey(orderId), statusShard: statusShard(status, orderId, shards), ...order };
}

/** The order that an item holds. */
export function orderOf(item: Record<string, unknown>): Order {
  const { PK: _pk, SK: _sk, statusShard: _shard, ...order } = item;
  return order as unknown as Order;
}

/** Orders in the table. */
export function orderStore(
  client: DynamoDBDocumentClient,
  TableName: string,
  shards: number,
): OrderStore {
  return {
    find: async (orderId) => {
      const get = new GetCommand({ TableName, Key: orderKey(orderId), ConsistentRead: true });
      const { Item } = await client.send(get);
      return Item && orderOf(Item);
    },
    replace: async (before, after, companions) => {
      const Put = {
        TableName,
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

const MOST_TRIES = 5;

/**
 * Takes an order one step on, and answers it as it is then. A rule that finds the step done changes nothing. Whoever has
 * just read the order may hand it over as `known`.
 *
 * @throws OrderNotFound, or what the rule and the companions throw.
 */
export async function changeOrder(
  { orders, now }: { orders: OrderStore; now(): Date },
  orderId: string,
  rule: (order: Order) => Change,
  companionsOf: (order: Order) => Promise<Companion[]> = async () => [],
  known?: Order,
): Promise<Order> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const before = (tries === 1 && known) || (await orders.find(orderId));
    if (!before) throw new OrderNotFound(`there is no order ${orderId}`);
    const change = rule(before);
    if (change === "done") return before;
    const after = {
      ...before,
      ...change,
      version: before.version + 1,
      updatedAt: now().toISOString(),
    };
    if (await orders.replace(before, after, await companionsOf(before))) return after;
  }
  throw new TransientError(`order ${orderId} kept changing`);
}
