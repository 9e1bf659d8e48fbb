import * as v from "valibot";
import { runStep, stepInput } from "../shared/step.ts";
import { awsOrders } from "./aws-orders.ts";
import { type FailureReason, orderRun } from "./contract.ts";
import { reject } from "./lifecycle.ts";
import { logStep } from "./log-step.ts";
import { changeOrder, type OrderStore } from "./order-store.ts";

/** What this step needs from the outside. */
export interface Deps {
  orders: OrderStore;
  now(): Date;
}

const rejection = v.object({ ...orderRun.entries, error: v.string() });

// By the name of the error that the workflow could not go on from.
const REASONS: Record<string, FailureReason> = {
  OutOfStock: "out_of_stock",
  PaymentDeclined: "payment_declined",
  PaymentRisk: "payment_risk",
};

export const createHandler = (deps: Deps) => (input: unknown) =>
  runStep(async () => {
    const { orderId, error } = stepInput(rejection, input);
    const reason = Object.hasOwn(REASONS, error) ? REASONS[error] : undefined;
    const order = await changeOrder(deps, orderId, (it) =>
      reject(it, reason ?? "processing_error"),
    );
    return logStep("order_failed", order);
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the step RejectOrder: the order is FAILED, once its money and its pieces are back. */
export const handler = (input: unknown) => {
  live ??= createHandler({ orders: awsOrders().orders, now: () => new Date() });
  return live(input);
};
