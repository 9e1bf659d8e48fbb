import type { Metric } from "../../shared/metrics.ts";
import type { Announcement } from "./announcement.ts";
import type { Order } from "./order.ts";

/** Business metrics of an event. An event that is published twice is counted twice. */
export function orderMetrics(announcement: Announcement, order: Order): Metric[] {
  const { eventType, status, totalAmount, currency } = announcement;
  const count = (name: string, dimension: Metric["dimension"]): Metric => ({
    name,
    value: 1,
    unit: "Count",
    dimension,
  });
  switch (eventType) {
    case "OrderCreated":
      return [
        count("OrdersCreated", ["Door", order.door]),
        {
          name: "OrderValue",
          value: totalAmount,
          unit: "None",
          dimension: ["Currency", currency],
        },
      ];
    case "OrderCompleted":
    case "OrderFailed":
      return [
        count("OrdersProcessed", ["Status", status]),
        count("PaymentsProcessed", ["Outcome", paymentOutcome(order)]),
      ];
    default:
      return [];
  }
}

/** How the payment of an order that has ended went. */
export function paymentOutcome({ paymentStatus, failureReason }: Order): string {
  if (paymentStatus === "VOIDED" && failureReason === "payment_declined") return "declined";
  return paymentStatus.toLowerCase();
}
