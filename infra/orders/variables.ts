import type { Settings } from "../settings.ts";

/** The environment variables that carry settings to functions on orders. A function gets those that it reads. */
export function orderVariables({ orders }: Pick<Settings, "orders">) {
  return {
    IDEMPOTENCY_HOURS: String(orders.idempotencyHours),
    LATE_AFTER_MINUTES: String(orders.lateAfterMinutes),
    MAX_LETTERS_PER_HOUR: String(orders.maxLettersPerHour),
    ORDER_STATUS_SHARDS: String(orders.statusShards),
    UNPRICED_PRODUCTS: String(orders.unpricedProducts),
    UNTRACKED_IN_STOCK: String(orders.untrackedInStock),
  };
}
