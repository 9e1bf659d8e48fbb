import type { Order } from "../rules/order.ts";

/** Logs a step that is done, now or before, and how the order stands. */
export function logStep(event: string, order: Order): void {
  const { orderId, status, paymentStatus, stockStatus, version, correlationId } = order;
  console.info({
    event,
    orderId,
    status,
    paymentStatus,
    stockStatus,
    version,
    correlationId,
  });
}
