import type { Order } from "./order.ts";

/** What a step of the workflow answers. */
export type StepAnswer = Pick<Order, "orderId" | "status" | "paymentStatus" | "stockStatus">;

/** Logs a step that is done, now or before, and answers how the order stands. */
export function logStep(event: string, order: Order): StepAnswer {
  const { orderId, status, paymentStatus, stockStatus, version, correlationId } = order;
  const answer = { orderId, status, paymentStatus, stockStatus };
  console.info({ event, ...answer, version, correlationId });
  return answer;
}
