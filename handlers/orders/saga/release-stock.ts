import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract.ts";
import { release } from "../rules/lifecycle.ts";
import { awsStock } from "../store/aws-stock.ts";
import { changeOrder, type OrderStore } from "../store/orders.ts";
import { awsOrders } from "../store/orders-table.ts";
import type { Stock } from "../store/stock.ts";
import { logStep } from "../transition/log-order.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  stock: Pick<Stock, "settle">;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const order = await changeOrder(deps, orderId, release, (it) => deps.stock.settle(it, "free"));
    logStep("stock_released", order);
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step ReleaseStock: what was held is free again, and nothing can be held any more. */
export const handler = (input: unknown) => {
  live ??= createHandler(awsDeps());
  return live(input);
};

function awsDeps(): Deps {
  const { client, orders } = awsOrders();
  return { orders, stock: awsStock(client), now: () => new Date() };
}
