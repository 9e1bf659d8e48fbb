import type { Announcement } from "./announcement.ts";

/** A message to a customer. */
export interface Letter {
  channel: "email" | "sms";
  /** E-mail address, or the id of a customer whose number the shop knows. */
  to: string;
  subject: string;
  body: string;
}

const REASONS: Record<NonNullable<Announcement["failureReason"]>, string> = {
  out_of_stock: "something that you ordered is no longer in stock",
  payment_declined: "the payment was declined",
  payment_risk: "we could not accept the payment",
  processing_error: "something went wrong on our side",
};

/** What the customer is told of an event: nothing of a step in between, and nothing where no customer is named. */
export function lettersFor(announcement: Announcement): Letter[] {
  const { eventType, orderId, customerEmail, customerId, failureReason } = announcement;
  const { totalAmount, currency } = announcement;
  const total = `${totalAmount} ${currency}`;
  const email = (subject: string, body: string): Letter[] =>
    customerEmail ? [{ channel: "email", to: customerEmail, subject, body }] : [];
  const sms = (body: string): Letter[] =>
    customerId ? [{ channel: "sms", to: customerId, subject: "", body }] : [];
  switch (eventType) {
    case "OrderCreated":
      return email(
        "We have your order",
        `Thank you. Your order ${orderId} over ${total} has come in.`,
      );
    case "OrderCompleted":
      return [
        ...email(
          "Your order is complete",
          `Your order ${orderId} over ${total} is paid and on its way.`,
        ),
        ...sms(`Your order ${orderId} is on its way.`),
      ];
    case "OrderFailed": {
      const why = failureReason ? REASONS[failureReason] : REASONS.processing_error;
      const text = `We are sorry: your order ${orderId} over ${total} could not be completed, because ${why}. You have not been charged, or have your money back.`;
      return [...email("Your order could not be completed", text), ...sms(text)];
    }
    default:
      return [];
  }
}
