import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract.ts";
import { complete, PaymentRisk } from "../rules/lifecycle.ts";
import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { type SettleStock, settleStock } from "../store/stock.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";
import { unlessRefused } from "../transition/refusal.ts";

export interface Deps {
  orders: OrderStore;
  settleStock: SettleStock;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const { orders } = deps;
    return unlessRefused(
      { orders, orderId, reasons: [[PaymentRisk, "payment_risk"]] },
      async () => {
        const order = await changeOrder(deps, orderId, complete, (it) =>
          deps.settleStock(it, "sold"),
        );
        logOrder("order_completed", order);
      },
    );
  });

/** Lambda entry point of the step ConfirmOrder: sells the units and marks the order COMPLETED in one transaction. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  return {
    orders: orderStore(table, statusShards()),
    settleStock: settleStock(table),
    now: () => new Date(),
  };
}
