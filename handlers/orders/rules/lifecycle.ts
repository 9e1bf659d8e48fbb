import { type FailureReason, failureReasons } from "../contract/status.ts";
import type { Order } from "./order.ts";

/** What a rule changes about an order, or `done` when the step was done before. */
export type Change = Partial<Order> | "done";

/** The order's idempotency key belongs to another order. */
export class KeyReused extends Error {
  override readonly name = "KeyReused";
}

/** The order's state does not allow the step, and never will: doing it would undo what was decided. */
export class WrongState extends Error {
  override readonly name = "WrongState";
}

/** The order is completed and cannot be compensated any more. */
export class AlreadyCompleted extends Error {
  override readonly name = "AlreadyCompleted";
}

/** The payment provider rates the payment as too risky to ship for. */
export class PaymentRisk extends Error {
  override readonly name = "PaymentRisk";
}

/*
 * An order goes forward (hold, capture, complete) or is compensated (fence, refund or void, release, reject). Both ways
 * write the same item on the condition that its version has not changed, so only one of them can win: a step that comes
 * too late finds the fence, or the sale.
 */

/** Forward: the units are held. @throws KeyReused, or WrongState. */
export function hold(order: Order): Change {
  if (order.conflict) throw new KeyReused(`the key of order ${order.orderId} was used before`);
  if (order.stockStatus === "HELD" || order.stockStatus === "SOLD") return "done";
  requireState(order, "hold stock for", order.stockStatus === "NONE" && isOpen(order));
  return { status: "PROCESSING", stockStatus: "HELD" };
}

/** Forward: the payment is captured. */
export function capture(order: Order, risk: Order["paymentRisk"]): Change {
  if (order.paymentStatus === "CAPTURED") return "done";
  requireState(order, "charge", isOpen(order) && order.stockStatus === "HELD");
  return { paymentStatus: "CAPTURED", ...(risk && { paymentRisk: risk }) };
}

/** Forward, and the point of no return: the units are sold. @throws PaymentRisk, or WrongState. */
export function complete(order: Order): Change {
  if (order.status === "COMPLETED") return "done";
  const { orderId, status, paymentStatus, stockStatus, paymentRisk } = order;
  if (paymentRisk === "high") throw new PaymentRisk(`the payment of order ${orderId} is risky`);
  const paid = paymentStatus === "CAPTURED" && stockStatus === "HELD";
  requireState(order, "complete", status === "PROCESSING" && paid);
  return { status: "COMPLETED", stockStatus: "SOLD" };
}

/** What a step has refused an order for; `processing_error` for the name of an error. */
export function failureReasonOf(error: string | undefined): FailureReason {
  return failureReasons.find((known) => known === error) ?? "processing_error";
}

/**
 * Compensation: from here on no forward step takes effect, and the order fails for this reason. @throws AlreadyCompleted
 * when the units are sold.
 */
export function fence(order: Order, turnedBackFor: FailureReason): Change {
  if (order.stockStatus === "SOLD")
    throw new AlreadyCompleted(`order ${order.orderId} is completed`);
  if (!isOpen(order) && order.paymentStatus !== "CAPTURED") return "done";
  return { status: "PROCESSING", paymentStatus: "REFUND_PENDING", turnedBackFor };
}

/** Compensation: the payment is refunded, or voided before it was captured. */
export function recordRefund(order: Order, outcome: "REFUNDED" | "VOIDED"): Change {
  if (order.paymentStatus === outcome) return "done";
  requireState(order, "refund", order.paymentStatus === "REFUND_PENDING");
  return { paymentStatus: outcome };
}

/** Compensation: the units are free, or were never held. */
export function release(order: Order): Change {
  if (order.stockStatus === "RELEASED") return "done";
  requireState(order, "release the stock of", isMadeWhole(order) && order.stockStatus !== "SOLD");
  return { stockStatus: "RELEASED" };
}

/**
 * Compensation: the order has failed, for what it was turned back for. Another execution finds the fence, and knows no more
 * than that.
 */
export function reject(order: Order, reason: FailureReason): Change {
  if (order.status === "FAILED") return "done";
  const over = isMadeWhole(order) && order.stockStatus === "RELEASED";
  requireState(order, "reject", order.status === "PROCESSING" && over);
  return { status: "FAILED", failureReason: order.turnedBackFor ?? reason };
}

// Nothing is charged, and no compensation has begun.
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
