import type { FailureReason } from "../contract.ts";
import type { OrderStore } from "../store/orders.ts";

/** What a step of the workflow answers: `none`, or why the order can go no further. */
export interface StepAnswer {
  refusal: "none" | FailureReason;
}

/** What an order may be refused for, and the error that says so. */
export interface Refusal {
  orders: Pick<OrderStore, "find">;
  orderId: string;
  by: new (message: string) => Error;
  reason: FailureReason;
}

/** Does a step. A refusal is an answer: were it an error, every declined card would raise an alarm. */
export async function unlessRefused(
  { orders, orderId, by, reason }: Refusal,
  step: () => Promise<void>,
): Promise<StepAnswer> {
  try {
    await step();
    return { refusal: "none" };
  } catch (error) {
    if (!(error instanceof by)) throw error;
    const { correlationId } = (await orders.find(orderId)) ?? {};
    console.warn({ event: "order_refused", orderId, reason, why: error.message, correlationId });
    return { refusal: reason };
  }
}
