import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract.ts";
import { complete, PaymentRisk } from "../rules/lifecycle.ts";
import { awsStock } from "../store/aws-stock.ts";
import { changeOrder, type OrderStore } from "../store/orders.ts";
import { awsOrders } from "../store/orders-table.ts";
import type { Stock } from "../store/stock.ts";
import { logStep } from "../transition/log-order.ts";
import { unlessRefused } from "../transition/refusal.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  stock: Pick<Stock, "settle">;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const { orders } = deps;
    return unlessRefused({ orders, orderId, by: PaymentRisk, reason: "payment_risk" }, async () => {
      const order = await changeOrder(deps, orderId, complete, (it) =>
        deps.stock.settle(it, "sold"),
      );
      logStep("order_completed", order);
    });
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step ConfirmOrder: the pieces are sold and the order is COMPLETED, at one moment. */
export const handler = (input: unknown) => {
  live ??= createHandler(awsDeps());
  return live(input);
};

function awsDeps(): Deps {
  const { client, orders } = awsOrders();
  return { orders, stock: awsStock(client), now: () => new Date() };
}
