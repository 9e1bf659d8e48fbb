import * as v from "valibot";
import { failureReasons, orderStatuses } from "../contract/status.ts";
import { fromMinor } from "./money.ts";
import { doors, type Order } from "./order.ts";

/** A message of the orders topic, as JSON. It contains no postal address and no lines of the order. */
export const announcementSchema = v.object({
  eventType: v.picklist(["OrderCreated", "OrderProcessing", "OrderCompleted", "OrderFailed"]),
  orderId: v.string(),
  /** Version of the order: the same version is the same event, however often it is delivered. */
  version: v.number(),
  status: v.picklist(orderStatuses),
  /** The API that the order was placed through. */
  door: v.optional(v.picklist(doors)),
  correlationId: v.string(),
  createdAt: v.string(),
  totalAmount: v.number(),
  currency: v.string(),
  customerId: v.optional(v.string()),
  customerEmail: v.optional(v.string()),
  failureReason: v.optional(v.picklist(failureReasons)),
});

/** A message of the orders topic. */
export type Announcement = v.InferOutput<typeof announcementSchema>;

const EVENT_TYPES = {
  PENDING: "OrderCreated",
  PROCESSING: "OrderProcessing",
  COMPLETED: "OrderCompleted",
  FAILED: "OrderFailed",
} as const;

/** Subject of each event's e-mail. It contains nothing that a client sent, as SNS accepts no line breaks in it. */
export const SUBJECTS: Record<Announcement["eventType"], string> = {
  OrderCreated: "New Order Notification",
  OrderProcessing: "Order in progress",
  OrderCompleted: "Order completed",
  OrderFailed: "Order failed",
};

/** The announcement of a change to an order; undefined when its status stays the same. */
export function announcementOf(after: Order, before: Order | undefined): Announcement | undefined {
  if (before && before.status === after.status) return undefined;
  const { orderId, version, status, door, correlationId, createdAt, totalMinor, currency } = after;
  const { customerId, customerEmail, failureReason } = after;
  return {
    eventType: EVENT_TYPES[status],
    orderId,
    version,
    status,
    door,
    correlationId,
    createdAt,
    totalAmount: fromMinor(totalMinor, currency),
    currency,
    ...(customerId && { customerId }),
    ...(customerEmail && { customerEmail }),
    ...(failureReason && { failureReason }),
  };
}

/** The text of an e-mail to the shop. */
export function announcementText(announcement: Announcement): string {
  const { orderId, status, totalAmount, currency, customerId, createdAt } = announcement;
  const { failureReason, correlationId } = announcement;
  return [
    `Order:    ${orderId}`,
    `Status:   ${status}${failureReason ? ` (${failureReason.replaceAll("_", " ")})` : ""}`,
    `Total:    ${totalAmount} ${currency}`,
    `Customer: ${customerId ?? "not given"}`,
    `Created:  ${createdAt}`,
    `Request:  ${correlationId}`,
  ].join("\n");
}
