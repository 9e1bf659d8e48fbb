import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract/order-run.ts";
import { complete, PaymentRisk } from "../rules/lifecycle.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";
import { unlessRefused } from "../transition/refusal.ts";
import { type Settlement, settlementOnAws } from "../transition/settlement.ts";

export const createHandler = (deps: Settlement) => (input: unknown) =>
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
export const handler = lambdaHandler(() => createHandler(settlementOnAws()));
