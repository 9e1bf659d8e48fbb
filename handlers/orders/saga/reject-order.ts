import * as v from "valibot";
import { runStep, stepInput } from "../../shared/step.ts";
import { failureReasons, orderRun } from "../contract.ts";
import { reject } from "../rules/lifecycle.ts";
import { changeOrder, type OrderStore } from "../store/orders.ts";
import { awsOrders } from "../store/orders-table.ts";
import { logStep } from "../transition/log-order.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  now(): Date;
}

const rejection = v.object({ ...orderRun.entries, error: v.string() });

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId, error } = stepInput(rejection, input);
    // Either what a step has refused the order for, or the name of an error.
    const reason = failureReasons.find((known) => known === error) ?? "processing_error";
    const order = await changeOrder(deps, orderId, (it) => reject(it, reason));
    logStep("order_failed", order);
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step RejectOrder: the order is FAILED, once its money and its pieces are back. */
export const handler = (input: unknown) => {
  live ??= createHandler({ orders: awsOrders().orders, now: () => new Date() });
  return live(input);
};
