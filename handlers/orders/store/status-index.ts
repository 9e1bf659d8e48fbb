import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type OrderStatus, orderStatuses } from "../contract/status.ts";
import type { Order } from "../rules/order.ts";
import type { Positions } from "../rules/page-token.ts";
import { STATUS_INDEX } from "./contract.ts";
import { orderKey } from "./keys.ts";
import { orderOf } from "./order-item.ts";
import type { OrdersTable } from "./orders-table.ts";

/** A page of orders, newest first, and where the next one starts if there is one. */
export interface OrderPage {
  orders: Order[];
  next?: Positions;
}

/** Reads orders by status. */
export interface OrderIndex {
  /** At most `limit` orders; of every status where none is named. A moment may pass before a change shows. */
  page(status: OrderStatus | undefined, limit: number, after: Positions): Promise<OrderPage>;
  /** All orders of a status that were created before, page by page. */
  olderThan(status: OrderStatus, createdBefore: string): AsyncIterable<Order>;
}

interface Found {
  shard: string;
  order: Order;
}

/** The status index: each status is spread over shards, which are read in parallel and merged. */
export function orderIndex({ client, tableName }: OrdersTable, shards: number): OrderIndex {
  const TableName = tableName;
  const shardsOf = (statuses: readonly OrderStatus[]) =>
    statuses.flatMap((status) => Array.from({ length: shards }, (_, n) => `${status}#${n}`));

  return {
    page: async (status, limit, after) => {
      const names = shardsOf(status ? [status] : orderStatuses);
      const parts = await Promise.all(
        names.map((shard) => {
          const [last, orderId] = after[shard] ?? [];
          const start = orderId && { ...orderKey(orderId), statusShard: shard, createdAt: last };
          const bound = last && !orderId;
          const query = new QueryCommand({
            TableName,
            IndexName: STATUS_INDEX,
            KeyConditionExpression: `statusShard = :shard${bound ? " AND createdAt <= :last" : ""}`,
            ExpressionAttributeValues: { ":shard": shard, ...(bound && { ":last": last }) },
            ScanIndexForward: false,
            // One more than fits shows whether there is a next page.
            Limit: limit + 1,
            ...(start && { ExclusiveStartKey: start }),
          });
          return client.send(query);
        }),
      );
      const lists = parts.map(({ Items = [] }, index) =>
        Items.map((item): Found => ({ shard: names[index] ?? "", order: orderOf(item) })),
      );
      // Where a list is cut, at its limit or at 1 MB, what is older than its end is not known yet.
      const ends = lists.flatMap((list, index) =>
        parts[index]?.LastEvaluatedKey ? list.slice(-1) : [],
      );
      const found = lists.flat();
      const shown = found
        .sort(newestFirst)
        .slice(0, limit)
        .filter((one) => ends.every((end) => newestFirst(one, end) <= 0));
      const orders = shown.map(({ order }) => order);
      const isLast = found.length <= limit && parts.every(({ LastEvaluatedKey: key }) => !key);
      if (isLast) return { orders };
      // Orders created from now on are newer than this page, even in shards that had none on it.
      const last = orders.at(-1)?.createdAt;
      const next: Positions = last ? Object.fromEntries(names.map((name) => [name, [last]])) : {};
      Object.assign(next, after);
      for (const { shard, order } of shown) next[shard] = [order.createdAt, order.orderId];
      return { orders, next };
    },

    async *olderThan(status, createdBefore) {
      for (const shard of shardsOf([status])) {
        let start: Record<string, unknown> | undefined;
        do {
          const query = new QueryCommand({
            TableName,
            IndexName: STATUS_INDEX,
            KeyConditionExpression: "statusShard = :shard AND createdAt < :before",
            ExpressionAttributeValues: { ":shard": shard, ":before": createdBefore },
            ...(start && { ExclusiveStartKey: start }),
          });
          const { Items = [], LastEvaluatedKey } = await client.send(query);
          yield* Items.map(orderOf);
          start = LastEvaluatedKey;
        } while (start);
      }
    },
  };
}

/** Of one age, each list keeps the index's own order, whatever it is: a place in it stands for all that came before. */
function newestFirst({ order: a }: Found, { order: b }: Found): number {
  if (a.createdAt === b.createdAt) return 0;
  return a.createdAt < b.createdAt ? 1 : -1;
}
