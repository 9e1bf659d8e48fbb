import { suite } from "uvu";
import * as assert from "uvu/assert";
import { announcementOf } from "../../../../handlers/orders/rules/announcement.ts";
import { orderMetrics, paymentOutcome } from "../../../../handlers/orders/rules/metrics.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { sampleOrder } from "../../../support/order-samples.ts";

const test = suite("metrics of orders");

const metric = (name: string, unit: string, dimension: [string, string], value: number) => ({
  name,
  value,
  unit,
  dimension,
});

const metricsFor = (changed: Partial<Order>, before?: Partial<Order>) => {
  const order = sampleOrder(changed);
  const announcement = announcementOf(order, before && sampleOrder(before));
  return announcement && orderMetrics(announcement, order);
};

test("a new order is counted by its door, and its value by its currency", () => {
  assert.equal(metricsFor({ door: "direct" }), [
    metric("OrdersCreated", "Count", ["Door", "direct"], 1),
    metric("OrderValue", "None", ["Currency", "EUR"], 109.97),
  ]);
  assert.equal(metricsFor({ door: "http", currency: "JPY", totalMinor: 500 }), [
    metric("OrdersCreated", "Count", ["Door", "http"], 1),
    metric("OrderValue", "None", ["Currency", "JPY"], 500),
  ]);
});

test("a step in between is not counted", () => {
  assert.equal(metricsFor({ status: "PROCESSING" }, {}), []);
});

test("an order that has ended is counted by its status, and its payment by its outcome", () => {
  assert.equal(metricsFor({ status: "COMPLETED", paymentStatus: "CAPTURED" }, {}), [
    metric("OrdersProcessed", "Count", ["Status", "COMPLETED"], 1),
    metric("PaymentsProcessed", "Count", ["Outcome", "captured"], 1),
  ]);
  const failed = { status: "FAILED", paymentStatus: "REFUNDED", failureReason: "payment_risk" };
  assert.equal(metricsFor(failed as Partial<Order>, {}), [
    metric("OrdersProcessed", "Count", ["Status", "FAILED"], 1),
    metric("PaymentsProcessed", "Count", ["Outcome", "refunded"], 1),
  ]);
});

for (const [paymentStatus, failureReason, outcome] of [
  ["CAPTURED", undefined, "captured"],
  ["REFUNDED", "payment_risk", "refunded"],
  ["REFUND_PENDING", "processing_error", "refund_pending"],
  ["VOIDED", "payment_declined", "declined"],
  ["VOIDED", "out_of_stock", "voided"],
  ["VOIDED", "processing_error", "voided"],
  ["NONE", "out_of_stock", "none"],
  ["NONE", "payment_declined", "none"],
] as const) {
  test(`a payment that is ${paymentStatus} after ${failureReason} is ${outcome}`, () => {
    const order = sampleOrder({ paymentStatus, ...(failureReason && { failureReason }) });
    assert.is(paymentOutcome(order), outcome);
  });
}

test.run();
