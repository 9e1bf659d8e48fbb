import type { FailureReason } from "../contract.ts";
import type { Order } from "./order.ts";

/** What a rule makes of an order: what to store, or nothing, as it was done before. */
export type Change = Partial<Order> | "done";

/** The order has gone another way for good: doing the step would undo what was decided. */
export class WrongState extends Error {
  override readonly name = "WrongState";
}

/** The order is sold already, so there is no way back. */
export class AlreadyCompleted extends Error {
  override readonly name = "AlreadyCompleted";
}

/** The payment provider thinks the payment too risky to send anything out for. */
export class PaymentRisk extends Error {
  override readonly name = "PaymentRisk";
}

/*
 * An order goes forward (hold, charge, complete) or back (fence, refund or void, release, reject). Both ways write the
 * same item under the condition that it has not changed, so only one of them can be taken: the step that loses finds
 * the fence, or the sale.
 */

/** Forward: its pieces are held. */
export function hold(order: Order): Change {
  if (order.stockStatus === "HELD" || order.stockStatus === "SOLD") return "done";
  requireState(order, "hold stock for", order.stockStatus === "NONE" && isOpen(order));
  return { status: "PROCESSING", stockStatus: "HELD" };
}

/** Forward: its money is captured. */
export function capture(order: Order, risk: Order["paymentRisk"]): Change {
  if (order.paymentStatus === "CAPTURED") return "done";
  requireState(order, "charge", isOpen(order) && order.stockStatus === "HELD");
  return { paymentStatus: "CAPTURED", ...(risk && { paymentRisk: risk }) };
}

/** Forward, and the point of no return: its pieces are sold. @throws PaymentRisk, or WrongState. */
export function complete(order: Order): Change {
  if (order.status === "COMPLETED") return "done";
  const { orderId, status, paymentStatus, stockStatus, paymentRisk } = order;
  if (paymentRisk === "high") throw new PaymentRisk(`the payment of order ${orderId} is risky`);
  const paid = paymentStatus === "CAPTURED" && stockStatus === "HELD";
  requireState(order, "complete", status === "PROCESSING" && paid);
  return { status: "COMPLETED", stockStatus: "SOLD" };
}

/** Back: nothing of the way forward may land from here on. @throws AlreadyCompleted when the order is sold. */
export function fence(order: Order): Change {
  if (order.stockStatus === "SOLD") throw new AlreadyCompleted(`order ${order.orderId} is sold`);
  if (!isOpen(order) && order.paymentStatus !== "CAPTURED") return "done";
  return { status: "PROCESSING", paymentStatus: "REFUND_PENDING" };
}

/** Back: its money is with the customer, or never left. */
export function giveBack(order: Order, outcome: "REFUNDED" | "VOIDED"): Change {
  if (order.paymentStatus === outcome) return "done";
  requireState(order, "give back the money of", order.paymentStatus === "REFUND_PENDING");
  return { paymentStatus: outcome };
}

/** Back: its pieces are free, or were never held. */
export function release(order: Order): Change {
  if (order.stockStatus === "RELEASED") return "done";
  requireState(order, "release the stock of", isMadeWhole(order) && order.stockStatus !== "SOLD");
  return { stockStatus: "RELEASED" };
}

/** Back: the customer may be told that it failed. */
export function reject(order: Order, failureReason: FailureReason): Change {
  if (order.status === "FAILED") return "done";
  const over = isMadeWhole(order) && order.stockStatus === "RELEASED";
  requireState(order, "reject", order.status === "PROCESSING" && over);
  return { status: "FAILED", failureReason };
}

// No money has moved and no way back was taken.
function isOpen({ status, paymentStatus }: Order): boolean {
  return paymentStatus === "NONE" && (status === "PENDING" || status === "PROCESSING");
}

function isMadeWhole({ paymentStatus }: Order): boolean {
  return paymentStatus === "REFUNDED" || paymentStatus === "VOIDED";
}

function requireState(order: Order, step: string, holds: boolean): void {
  if (holds) return;
  const { orderId, status, paymentStatus, stockStatus } = order;
  throw new WrongState(
    `cannot ${step} order ${orderId}: it is ${status}, its payment ${paymentStatus}, its stock ${stockStatus}`,
  );
}
