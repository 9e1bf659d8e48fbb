import type { Order } from "../rules/order.ts";

/** Logs that a step is done, now or before, and the order's state. */
export function logOrder(event: string, order: Order): void {
  const { orderId, status, paymentStatus, stockStatus, version, correlationId } = order;
  console.info({ event, orderId, status, paymentStatus, stockStatus, version, correlationId });
}
