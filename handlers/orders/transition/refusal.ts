import type { FailureReason } from "../contract/status.ts";
import type { OrderStore } from "../store/orders.ts";

/** What a step of the workflow returns: `none`, or why the order cannot continue. */
export interface StepResult {
  refusal: "none" | FailureReason;
}

/** The errors that refuse an order, each with the reason that the order then fails for. */
export interface Refusals {
  orders: Pick<OrderStore, "find">;
  orderId: string;
  reasons: [by: new (message: string) => Error, reason: FailureReason][];
}

/** Runs a step. A refusal is a result: were it an error, every declined card would raise an alarm. */
export async function unlessRefused(
  { orders, orderId, reasons }: Refusals,
  step: () => Promise<void>,
): Promise<StepResult> {
  try {
    await step();
    return { refusal: "none" };
  } catch (error) {
    const [, reason] = reasons.find(([by]) => error instanceof by) ?? [];
    if (!reason || !(error instanceof Error)) throw error;
    const { correlationId } = (await orders.find(orderId)) ?? {};
    console.warn({ event: "order_refused", orderId, reason, why: error.message, correlationId });
    return { refusal: reason };
  }
}
