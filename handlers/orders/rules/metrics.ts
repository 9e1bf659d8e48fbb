import { recordMetric } from "../../shared/metrics.ts";
import type { Announcement } from "./announcement.ts";
import type { Order } from "./order.ts";

/** Counts what an event says about the business. An event that is told twice is counted once, as it is published once. */
export function recordOrderMetrics(announcement: Announcement, order: Order, at: Date): void {
  const { eventType, orderId, correlationId, status, totalAmount, currency } = announcement;
  const properties = { orderId, correlationId };
  const count = (name: string, dimension: [string, string]) =>
    recordMetric({ name, value: 1, unit: "Count", dimension }, properties, at);
  if (eventType === "OrderCreated") {
    count("OrdersCreated", ["Door", order.door]);
    const dimension: [string, string] = ["Currency", currency];
    recordMetric(
      { name: "OrderValue", value: totalAmount, unit: "None", dimension },
      properties,
      at,
    );
  }
  if (eventType === "OrderCompleted" || eventType === "OrderFailed") {
    count("OrdersProcessed", ["Status", status]);
    count("PaymentsProcessed", ["Outcome", paymentOutcome(order)]);
  }
}

/** How the payment of an order that has ended went. */
export function paymentOutcome({ paymentStatus, failureReason }: Order): string {
  if (paymentStatus === "VOIDED" && failureReason === "payment_declined") return "declined";
  return paymentStatus.toLowerCase();
}
