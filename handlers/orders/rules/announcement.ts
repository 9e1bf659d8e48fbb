import * as v from "valibot";
import { failureReasons, orderStatuses } from "../contract.ts";
import { fromMinor } from "./money.ts";
import type { Order } from "./order.ts";

/** What subscribers of the orders topic are told, as JSON. It repeats no address and no line of the order. */
export const announcementSchema = v.object({
  eventType: v.picklist(["OrderCreated", "OrderProcessing", "OrderCompleted", "OrderFailed"]),
  orderId: v.string(),
  /** Of the order: the same version is the same event, however often it arrives. */
  version: v.number(),
  status: v.picklist(orderStatuses),
  correlationId: v.string(),
  createdAt: v.string(),
  totalAmount: v.number(),
  currency: v.string(),
  customerId: v.optional(v.string()),
  customerEmail: v.optional(v.string()),
  failureReason: v.optional(v.picklist(failureReasons)),
});

/** What subscribers of the orders topic are told. */
export type Announcement = v.InferOutput<typeof announcementSchema>;

const EVENT_TYPES = {
  PENDING: "OrderCreated",
  PROCESSING: "OrderProcessing",
  COMPLETED: "OrderCompleted",
  FAILED: "OrderFailed",
} as const;

/** Subject of each event's e-mail: nothing that a customer has written, as subjects take no line breaks. */
export const SUBJECTS: Record<Announcement["eventType"], string> = {
  OrderCreated: "New Order Notification",
  OrderProcessing: "Order in progress",
  OrderCompleted: "Order completed",
  OrderFailed: "Order failed",
};

/** What there is to tell of a change of an order; nothing where its status stays the same. */
export function announcementOf(after: Order, before: Order | undefined): Announcement | undefined {
  if (before && before.status === after.status) return undefined;
  const { orderId, version, status, correlationId, createdAt, totalMinor, currency } = after;
  const { customerId, customerEmail, failureReason } = after;
  return {
    eventType: EVENT_TYPES[status],
    orderId,
    version,
    status,
    correlationId,
    createdAt,
    totalAmount: fromMinor(totalMinor, currency),
    currency,
    ...(customerId && { customerId }),
    ...(customerEmail && { customerEmail }),
    ...(failureReason && { failureReason }),
  };
}

/** The announcement for people: the text of an e-mail to the shop. */
export function announcementText(announcement: Announcement): string {
  const { orderId, status, totalAmount, currency, customerId, createdAt } = announcement;
  const { failureReason, correlationId } = announcement;
  return [
    `Order:    ${orderId}`,
    `Status:   ${status}${failureReason ? ` (${failureReason.replaceAll("_", " ")})` : ""}`,
    `Total:    ${totalAmount} ${currency}`,
    `Customer: ${customerId ?? "not named"}`,
    `Created:  ${createdAt}`,
    `Request:  ${correlationId}`,
  ].join("\n");
}
