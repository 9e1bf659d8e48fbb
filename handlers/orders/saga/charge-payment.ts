import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract/order-run.ts";
import { chargeKey, PaymentDeclined, type PaymentGateway } from "../payment/payment-gateway.ts";
import { simulatedPayments } from "../payment/simulated/from-environment.ts";
import { capture } from "../rules/lifecycle.ts";
import type { Order } from "../rules/order.ts";
import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { changeOrder, OrderNotFound } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";
import { type Refusals, unlessRefused } from "../transition/refusal.ts";

export interface Deps {
  orders: OrderStore;
  payments: Pick<PaymentGateway, "charge">;
  now(): Date;
}

const DEFAULT_TOKEN = "tok_visa";

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const { orders } = deps;
    const refusal = {
      orders,
      orderId,
      reasons: [[PaymentDeclined, "payment_declined"]],
    } satisfies Refusals;
    return unlessRefused(refusal, async () => {
      const charged = await charge(deps, orderId);
      logOrder("payment_captured", charged);
    });
  });

async function charge(deps: Deps, orderId: string): Promise<Order> {
  const order = await deps.orders.find(orderId);
  if (!order) throw new OrderNotFound(`there is no order ${orderId}`);
  // Checked before the provider is called: an order that was fenced must not be charged.
  if (capture(order, undefined) === "done") return order;
  const { risk } = await deps.payments.charge({
    key: chargeKey(orderId),
    amountMinor: order.totalMinor,
    currency: order.currency,
    token: order.paymentToken ?? DEFAULT_TOKEN,
  });
  return changeOrder(deps, orderId, (it) => capture(it, risk), undefined, order);
}

/** Lambda entry point of the step ChargePayment: captures the order's total once. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  return {
    orders: orderStore(table, statusShards()),
    payments: simulatedPayments(table.client),
    now: () => new Date(),
  };
}
