import type { OrderStatus, ShopApi } from "./api.ts";
import type { PlacedOrder } from "./memory.ts";

/** How the order is doing; called with each change. */
export interface Progress {
  /** The shop has accepted the order under this id. */
  accepted(orderId: string): void;
  /** The order is in this state; undefined until it is stored. */
  changed(order: OrderStatus | undefined): void;
}

const FIRST_POLL_MS = 300;
const MAX_POLL_MS = 3_000;

/**
 * Sends an order unless the shop has it, and follows it until it ends. It can be called again with the same order at any
 * time, after a reload for example: the key makes sure that it is one order.
 *
 * @throws Refused when the shop does not accept the order.
 */
export async function follow(
  api: Pick<ShopApi, "placeOrder" | "order">,
  { key, body, orderId: known }: PlacedOrder,
  progress: Progress,
  wait: (ms: number) => Promise<void>,
): Promise<OrderStatus> {
  const orderId = known ?? (await api.placeOrder(key, body));
  if (!known) progress.accepted(orderId);
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(MAX_POLL_MS, pause * 1.5)) {
    const order = await api.order(orderId);
    progress.changed(order);
    if (order?.status === "COMPLETED" || order?.status === "FAILED") return order;
    await wait(pause);
  }
}
