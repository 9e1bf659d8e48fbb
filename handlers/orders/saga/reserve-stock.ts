import { requireEnv } from "../../shared/env.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract/order-run.ts";
import { hold, KeyReused } from "../rules/lifecycle.ts";
import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { type HoldStock, holdStock, OutOfStock, PriceChanged } from "../store/stock.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";
import { type Refusals, unlessRefused } from "../transition/refusal.ts";

export interface Deps {
  orders: OrderStore;
  holdStock: HoldStock;
  now(): Date;
}

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const { orders } = deps;
    const reasons: Refusals["reasons"] = [
      [KeyReused, "idempotency_key_reused"],
      [PriceChanged, "price_changed"],
      [OutOfStock, "out_of_stock"],
    ];
    return unlessRefused({ orders, orderId, reasons }, async () => {
      const order = await changeOrder(deps, orderId, hold, (it) => deps.holdStock(it));
      logOrder("stock_reserved", order);
    });
  });

/** Lambda entry point of the step ReserveStock: holds all units of the order, or none. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  return {
    orders: orderStore(table, statusShards()),
    holdStock: holdStock(table, {
      untrackedInStock: requireEnv("UNTRACKED_IN_STOCK") === "true",
      unpricedProducts: requireEnv("UNPRICED_PRODUCTS") === "true",
    }),
    now: () => new Date(),
  };
}
