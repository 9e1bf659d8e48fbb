import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { runStep, stepInput } from "../../shared/step.ts";
import { orderRun } from "../contract/order-run.ts";
import { release } from "../rules/lifecycle.ts";
import { changeOrder } from "../transition/change-order.ts";
import { logOrder } from "../transition/log-order.ts";
import { type Settlement, settlementOnAws } from "../transition/settlement.ts";

export const createHandler = (deps: Settlement) => (input: unknown) =>
  runStep(async () => {
    const { orderId } = stepInput(orderRun, input);
    const order = await changeOrder(deps, orderId, release, (it) => deps.settleStock(it, "free"));
    logOrder("stock_released", order);
  });

/** Lambda entry point of the step ReleaseStock: frees the units that the order holds; none can be held for it afterwards. */
export const handler = lambdaHandler(() => createHandler(settlementOnAws()));
