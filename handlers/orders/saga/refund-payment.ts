import * as v from "valibot";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract/order-run.ts";
import { chargeKey, type PaymentGateway, refundKey } from "../payment/payment-gateway.ts";
import { simulatedPayments } from "../payment/simulated/from-environment.ts";
import { failureReasonOf, fence, recordRefund } from "../rules/lifecycle.ts";
import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";

export interface Deps {
  orders: OrderStore;
  payments: Pick<PaymentGateway, "void" | "refund">;
  now(): Date;
}

const turnedBack = v.object({
  ...orderRun.entries,
  failure: v.optional(v.object({ Error: v.optional(v.string()) })),
});

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId, failure } = stepInput(turnedBack, input);
    const reason = failureReasonOf(failure?.Error);
    // From here on, a charge or a sale that is still in progress can no longer take effect.
    const fenced = await changeOrder(deps, orderId, (it) => fence(it, reason));
    logOrder("order_fenced", fenced);
    if (fenced.paymentStatus !== "REFUND_PENDING") return;
    const charge = await deps.payments.void(chargeKey(orderId));
    if (charge === "CAPTURED") await deps.payments.refund(chargeKey(orderId), refundKey(orderId));
    const outcome = charge === "CAPTURED" ? "REFUNDED" : "VOIDED";
    const order = await changeOrder(deps, orderId, (it) => recordRefund(it, outcome));
    logOrder("payment_refunded", order);
  });

/** Lambda entry point of the step RefundPayment: fences the order, then refunds or voids its charge. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  return {
    orders: orderStore(table, statusShards()),
    payments: simulatedPayments(table.client),
    now: () => new Date(),
  };
}
