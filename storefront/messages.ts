import { type OrderStatus, Refused } from "./api.ts";

/** Why an order failed, for the customer. */
const FAILURES: Record<string, string> = {
  idempotency_key_reused:
    "This order was sent before with other contents. You have not been charged. Please order again.",
  price_changed:
    "A price has changed since you filled your basket. You have not been charged. Please look at the new price and order again.",
  out_of_stock: "Somebody else bought the last one before you. You have not been charged.",
  payment_declined: "Your card was declined. You have not been charged. Please try another card.",
  payment_risk:
    "The payment provider rated this payment as too risky. Your payment has been refunded.",
  processing_error:
    "Something went wrong on our side. You have not been charged, or your payment has been refunded.",
};

/** What happened to an order, in a sentence or two. */
export function orderMessage(order: OrderStatus | undefined): string {
  if (!order) return "We have received your order and are about to store it.";
  switch (order.status) {
    case "PENDING":
      return "Your order is stored and waits for its turn.";
    case "PROCESSING":
      return "We are reserving your items and charging your card.";
    case "COMPLETED":
      return "Thank you! Your order is paid and complete.";
    case "FAILED":
      return (
        FAILURES[order.failureReason ?? ""] ??
        "Your order could not be completed. You have not been charged, or your payment has been refunded."
      );
  }
}

/** Why the shop did not accept an order, and what to do about it. */
export function refusalMessage(error: unknown): string {
  if (!(error instanceof Refused)) return String((error as Error).message);
  const [field] = error.fields;
  if (field?.pointer === "/customerEmail") return `Your e-mail address ${field.message}.`;
  if (field) return `${field.pointer.slice(1).replaceAll("/", " ")} ${field.message}.`;
  if (error.status === 403) return "This shop does not accept orders from here at the moment.";
  return error.message;
}
