import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract.ts";
import { release } from "../rules/lifecycle.ts";
import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { type SettleStock, settleStock } from "../store/stock.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";

export interface Deps {
  orders: OrderStore;
  settleStock: SettleStock;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const order = await changeOrder(deps, orderId, release, (it) => deps.settleStock(it, "free"));
    logOrder("stock_released", order);
  });

/** Lambda entry point of the step ReleaseStock: frees the units that the order holds; none can be held for it afterwards. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  return {
    orders: orderStore(table, statusShards()),
    settleStock: settleStock(table),
    now: () => new Date(),
  };
}
