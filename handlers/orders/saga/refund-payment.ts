import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract.ts";
import { chargeKey, type PaymentGateway, refundKey } from "../payment/payment-gateway.ts";
import { awsPaymentGateway } from "../payment/simulated/from-environment.ts";
import { fence, giveBack } from "../rules/lifecycle.ts";
import { changeOrder, type OrderStore } from "../store/orders.ts";
import { awsOrders } from "../store/orders-table.ts";
import { logStep } from "../transition/log-order.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  payments: Pick<PaymentGateway, "void" | "refund">;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    // From here on neither a charge nor a sale that is still on its way can land on the order.
    const fenced = await changeOrder(deps, orderId, fence);
    logStep("order_fenced", fenced);
    if (fenced.paymentStatus !== "REFUND_PENDING") return;
    const charge = await deps.payments.void(chargeKey(orderId));
    if (charge === "CAPTURED") await deps.payments.refund(chargeKey(orderId), refundKey(orderId));
    const outcome = charge === "CAPTURED" ? "REFUNDED" : "VOIDED";
    const order = await changeOrder(deps, orderId, (it) => giveBack(it, outcome));
    logStep("payment_given_back", order);
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step RefundPayment: whatever was charged is given back, and nothing can be any more. */
export const handler = (input: unknown) => {
  live ??= createHandler(awsDeps());
  return live(input);
};

function awsDeps(): Deps {
  const { client, orders } = awsOrders();
  return { orders, payments: awsPaymentGateway(client), now: () => new Date() };
}
