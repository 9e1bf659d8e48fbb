import { runStep, stepInput } from "../shared/step.ts";
import { awsOrders } from "./aws-orders.ts";
import { awsStock } from "./aws-stock.ts";
import { orderRun } from "./contract.ts";
import { hold } from "./lifecycle.ts";
import { logStep } from "./log-step.ts";
import { changeOrder, type OrderStore } from "./order-store.ts";
import { unlessRefused } from "./refusal.ts";
import { OutOfStock, type Stock } from "./stock.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  stock: Pick<Stock, "hold">;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const { orders } = deps;
    return unlessRefused({ orders, orderId, by: OutOfStock, reason: "out_of_stock" }, async () => {
      const order = await changeOrder(deps, orderId, hold, (it) => deps.stock.hold(it));
      logStep("stock_reserved", order);
    });
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step ReserveStock: every piece of the order is held, or none. */
export const handler = (input: unknown) => {
  live ??= createHandler(awsDeps());
  return live(input);
};

function awsDeps(): Deps {
  const { client, orders } = awsOrders();
  return { orders, stock: awsStock(client), now: () => new Date() };
}
