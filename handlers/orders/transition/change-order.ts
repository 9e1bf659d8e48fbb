import { TransientError } from "../../shared/transient-error.ts";
import type { Change } from "../rules/lifecycle.ts";
import type { Order } from "../rules/order.ts";
import type { Companion, OrderStore } from "../store/orders.ts";

/** There is no such order. */
export class OrderNotFound extends Error {
  override readonly name = "OrderNotFound";
}

const MAX_ATTEMPTS = 5;

/**
 * Takes an order one step further, and returns the result. A rule that finds the step done changes nothing. Whoever has
 * just read the order may pass it as `known`.
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
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = (attempt === 1 && known) || (await orders.find(orderId));
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
