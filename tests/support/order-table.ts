import type { Order } from "../../handlers/orders/rules/order.ts";
import type { FindKey, KeyRecord, TakeIn } from "../../handlers/orders/store/intake.ts";

/** Orders and keys in memory, taken in as the table does it. */
export interface OrderTable {
  orders: Map<string, Order>;
  keys: Map<string, KeyRecord>;
  takeIn: TakeIn;
  findKey: FindKey;
  find(orderId: string): Promise<Order | undefined>;
  /** Makes the next intake fail; with `stored`, only its answer is lost. */
  failNext(error: Error, stored?: "stored"): void;
}

/** An empty table. */
export function orderTable(): OrderTable {
  const orders = new Map<string, Order>();
  const keys = new Map<string, KeyRecord>();
  let failure: { error: Error; stored: boolean } | undefined;
  const take: TakeIn = async (order, claim) => {
    const { scope, key, requestedAt = 0, ...record } = claim ?? {};
    const name = `${scope}#${key}`;
    const taken = claim && keys.get(name);
    if (taken && taken.endsAt > requestedAt) {
      return taken.orderId === order.orderId
        ? { outcome: "known" }
        : { outcome: "taken", record: taken };
    }
    if (orders.has(order.orderId)) return { outcome: "known" };
    orders.set(order.orderId, order);
    if (claim) keys.set(name, record as KeyRecord);
    return { outcome: "stored" };
  };
  return {
    orders,
    keys,
    takeIn: async (order, claim) => {
      const failing = failure;
      failure = undefined;
      if (failing && !failing.stored) throw failing.error;
      const intake = await take(order, claim);
      if (failing) throw failing.error;
      return intake;
    },
    findKey: async ({ scope, key, requestedAt }) => {
      const record = keys.get(`${scope}#${key}`);
      return record && record.endsAt > requestedAt ? record : undefined;
    },
    find: async (orderId) => orders.get(orderId),
    failNext: (error, stored) => {
      failure = { error, stored: stored === "stored" };
    },
  };
}
