import { runStep, stepInput } from "../../shared/step.ts";
import type { Write } from "../../shared/transaction.ts";
import { orderRun } from "../contract.ts";
import { chargeKey, PaymentDeclined, type PaymentGateway } from "../payment/payment-gateway.ts";
import { awsPaymentGateway } from "../payment/simulated/from-environment.ts";
import { capture } from "../rules/lifecycle.ts";
import type { Order } from "../rules/order.ts";
import { changeOrder, OrderNotFound, type OrderStore } from "../store/orders.ts";
import { awsOrders } from "../store/orders-table.ts";
import { logStep } from "../transition/log-order.ts";
import { unlessRefused } from "../transition/refusal.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  payments: Pick<PaymentGateway, "charge">;
  /** The write that notes a captured payment beside its order. */
  paymentNote(order: Order, at: string): Write;
  now(): Date;
}

const USUAL_TOKEN = "tok_visa";

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const { orders } = deps;
    const refusal = { orders, orderId, by: PaymentDeclined, reason: "payment_declined" } as const;
    return unlessRefused(refusal, async () => {
      const charged = await charge(deps, orderId);
      logStep("payment_captured", charged);
    });
  });

async function charge(deps: Deps, orderId: string): Promise<Order> {
  const order = await deps.orders.find(orderId);
  if (!order) throw new OrderNotFound(`there is no order ${orderId}`);
  // Asked before the provider is: an order that has turned back must not be charged.
  if (capture(order, undefined) === "done") return order;
  const { risk } = await deps.payments.charge({
    key: chargeKey(orderId),
    amountMinor: order.totalMinor,
    currency: order.currency,
    token: order.paymentToken ?? USUAL_TOKEN,
  });
  return changeOrder(
    deps,
    orderId,
    (it) => capture(it, risk),
    async (it) => [{ write: deps.paymentNote(it, deps.now().toISOString()) }],
    order,
  );
}

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step ChargePayment: the order's total is captured once. */
export const handler = (input: unknown) => {
  live ??= createHandler(awsDeps());
  return live(input);
};

function awsDeps(): Deps {
  const { client, tableName, orders } = awsOrders();
  return {
    orders,
    payments: awsPaymentGateway(client),
    now: () => new Date(),
    paymentNote: ({ orderId, totalMinor, currency }, capturedAt) => {
      const key = { PK: `ORDER#${orderId}`, SK: "PAYMENT" };
      const charge = { chargeKey: chargeKey(orderId), amountMinor: totalMinor, currency };
      return { Put: { TableName: tableName, Item: { ...key, ...charge, capturedAt } } };
    },
  };
}
