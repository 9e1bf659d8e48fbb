import { type Order, statusShard } from "../rules/order.ts";
import { orderKey } from "./keys.ts";

/** An order as an item of the table. `shards`: over how many keys the index spreads each status. */
export function orderItem(order: Order, shards: number): Record<string, unknown> {
  const { orderId, status } = order;
  return { ...orderKey(orderId), statusShard: statusShard(status, orderId, shards), ...order };
}

/** The order that an item holds. */
export function orderOf(item: Record<string, unknown>): Order {
  const { PK: _pk, SK: _sk, statusShard: _shard, ...order } = item;
  return order as unknown as Order;
}
