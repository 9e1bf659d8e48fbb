import * as v from "valibot";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract/order-run.ts";
import { failureReasonOf, reject } from "../rules/lifecycle.ts";
import { type OrderStore, orderStore } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";

export interface Deps {
  orders: OrderStore;
  now(): Date;
}

const rejection = v.object({ ...orderRun.entries, error: v.string() });

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId, error } = stepInput(rejection, input);
    const order = await changeOrder(deps, orderId, (it) => reject(it, failureReasonOf(error)));
    logOrder("order_failed", order);
  });

/** Lambda entry point of the step RejectOrder: marks the order FAILED, after its refund and the release of its stock. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return { orders: orderStore(ordersTable(), statusShards()), now: () => new Date() };
}
