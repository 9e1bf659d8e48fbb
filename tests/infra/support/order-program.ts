import { OrderPipeline } from "../../../infra/order-pipeline.ts";
import { orderSaga } from "../../../infra/orders/workflow.ts";
import { Workflow } from "../../../infra/workflow.ts";
import { componentOn } from "./foundation.ts";
import type { Registrations, RunSettings } from "./registrations.ts";

/** The order pipeline and its workflow, as the program creates them. */
export function orderProgram(run?: RunSettings): Promise<Registrations> {
  return componentOn((foundation) => {
    const { settings } = foundation;
    const { tables, queue } = new OrderPipeline("orders", { foundation });
    const definition = orderSaga({ tables, queue, settings });
    return new Workflow("order-workflow", { foundation, definition });
  }, run);
}
