import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { type SettleStock, settleStock } from "../store/stock.ts";

/** Dependencies of a step that sells or frees the reserved units of an order. */
export interface Settlement {
  orders: OrderStore;
  settleStock: SettleStock;
  now(): Date;
}

/** The same on AWS, from the function's environment. @throws Error that names a variable that is not set. */
export function settlementOnAws(): Settlement {
  const table = ordersTable();
  return {
    orders: orderStore(table, statusShards()),
    settleStock: settleStock(table),
    now: () => new Date(),
  };
}
