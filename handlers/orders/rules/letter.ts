import type { Announcement } from "./announcement.ts";

/** A message to a customer. */
export interface Letter {
  channel: "email" | "sms";
  /** E-mail address, or the id of a customer whose phone number the shop knows. */
  to: string;
  subject: string;
  body: string;
}

const REASONS: Record<NonNullable<Announcement["failureReason"]>, string> = {
  idempotency_key_reused: "it was sent with the key of another order",
  price_changed: "a price has changed since you ordered",
  out_of_stock: "an item is no longer in stock",
  payment_declined: "your payment was declined",
  payment_risk: "we could not accept your payment",
  processing_error: "of an error on our side",
};

/** Identifies a letter: the same event and channel have the same one, however often they are delivered. */
export function letterId({ orderId, version }: Announcement, { channel }: Letter): string {
  return `${orderId}-v${version}-${channel}`;
}

/** How a customer stops further letters; at the end of every e-mail. */
const HOW_TO_STOP =
  "You get this e-mail because an order was placed with this address. If you want no more of them, reply with STOP.";

/** The letters for an event; none for an intermediate step, or where the order names no customer. */
export function lettersFor(announcement: Announcement): Letter[] {
  const { eventType, orderId, customerEmail, customerId, failureReason } = announcement;
  const { totalAmount, currency } = announcement;
  const total = `${totalAmount} ${currency}`;
  const email = (subject: string, body: string): Letter[] =>
    customerEmail
      ? [{ channel: "email", to: customerEmail, subject, body: `${body}\n\n${HOW_TO_STOP}` }]
      : [];
  const sms = (body: string): Letter[] =>
    customerId ? [{ channel: "sms", to: customerId, subject: "", body }] : [];
  switch (eventType) {
    case "OrderCreated":
      return email(
        "We have received your order",
        `Thank you. We have received your order ${orderId} for ${total}.`,
      );
    case "OrderCompleted":
      return [
        ...email(
          "Your order is complete",
          `Your order ${orderId} for ${total} is paid and on its way.`,
        ),
        ...sms(`Your order ${orderId} is on its way.`),
      ];
    case "OrderFailed": {
      const why = failureReason ? REASONS[failureReason] : REASONS.processing_error;
      const text = `We are sorry: we could not complete your order ${orderId} for ${total} because ${why}. You have not been charged, or your payment has been refunded.`;
      return [...email("We could not complete your order", text), ...sms(text)];
    }
    default:
      return [];
  }
}
