/** Public statuses of an order. */
export const orderStatuses = ["PENDING", "PROCESSING", "COMPLETED", "FAILED"] as const;

/** Public status of an order. */
export type OrderStatus = (typeof orderStatuses)[number];

/** Why an order failed. */
export const failureReasons = [
  "idempotency_key_reused",
  "price_changed",
  "out_of_stock",
  "payment_declined",
  "payment_risk",
  "processing_error",
] as const;

/** Why an order failed. */
export type FailureReason = (typeof failureReasons)[number];
