import type { Write } from "../../shared/transaction.ts";
import { chargeKey } from "../payment/payment-gateway.ts";
import type { Order } from "../rules/order.ts";
import { paymentKey } from "./keys.ts";

/** The write that notes a captured payment beside its order. */
export type PaymentNote = (order: Order, capturedAt: string) => Write;

/** Notes in the orders' table. */
export function paymentNote(TableName: string): PaymentNote {
  return ({ orderId, totalMinor, currency }, capturedAt) => {
    const charge = { chargeKey: chargeKey(orderId), amountMinor: totalMinor, currency };
    return { Put: { TableName, Item: { ...paymentKey(orderId), ...charge, capturedAt } } };
  };
}
