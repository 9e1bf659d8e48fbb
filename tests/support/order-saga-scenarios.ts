import type { testTokens } from "../../handlers/orders/payment/simulated/simulated-gateway.ts";
import type { Scenario } from "./order-saga-walk.ts";

const PLENTY = 5;

const paidWith = (token: keyof typeof testTokens) => ({ name: token, token, free: PLENTY });

/** An order that nothing stands in the way of. */
export const bought: Scenario = { ...paidWith("tok_visa"), name: "bought", ends: "COMPLETED" };

/** Orders that are refused, each at another step; the last one's refund is too, at first. */
export const refused: Scenario[] = [
  { name: "sold out", free: 1, ends: "FAILED", reason: "out_of_stock" },
  { ...paidWith("tok_declined"), ends: "FAILED", reason: "payment_declined" },
  { ...paidWith("tok_high_risk"), ends: "FAILED", reason: "payment_risk" },
  { ...paidWith("tok_refund_refused"), ends: "FAILED", reason: "payment_risk" },
];

/** Orders whose provider has bad days of its own. */
export const troubled: Scenario[] = [
  { ...paidWith("tok_outage"), ends: "COMPLETED" },
  { ...paidWith("tok_slow"), ends: "COMPLETED" },
  { ...paidWith("tok_lost"), ends: "COMPLETED" },
  { ...paidWith("tok_error"), ends: "FAILED", reason: "processing_error" },
  { ...paidWith("tok_refund_error"), ends: "FAILED", reason: "payment_risk" },
];

const ID = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const AT = "2026-01-01T00:00:00.000Z";
const invalid = (name: string, error: string, input: unknown): Scenario => ({
  name,
  error,
  input,
  free: PLENTY,
  ends: "INVALID",
});

/** Executions that someone started with what no order has. */
export const invalidRuns: Scenario[] = [
  invalid("no input", "ValidationError", {}),
  invalid("a text", "ValidationError", "order"),
  invalid("no id", "ValidationError", { createdAt: AT }),
  invalid("a number for an id", "ValidationError", { orderId: 5, createdAt: AT }),
  invalid("no time", "ValidationError", { orderId: ID }),
  invalid("a time that is none", "ValidationError", { orderId: ID, createdAt: "yesterday" }),
  invalid("an unknown order", "OrderNotFound", { orderId: ID, createdAt: AT }),
];
