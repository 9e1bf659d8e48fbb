import { suite } from "uvu";
import * as assert from "uvu/assert";
import { announcementOf } from "../../../../handlers/orders/rules/announcement.ts";
import { paymentOutcome, recordOrderMetrics } from "../../../../handlers/orders/rules/metrics.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { recordMetric } from "../../../../handlers/shared/metrics.ts";
import { CREATED_AT, ORDER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("metrics of orders");
const AT = new Date(CREATED_AT);

/** What is written to standard output meanwhile, line by line. */
function linesOf(work: () => void): string[] {
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return lines;
}

const metric = (name: string, unit: string, [dimension, of]: [string, string], value: number) =>
  `{"_aws":{"Timestamp":1795253400000,"CloudWatchMetrics":[{"Namespace":"OrderProcessingSystem",` +
  `"Dimensions":[["${dimension}"]],"Metrics":[{"Name":"${name}","Unit":"${unit}"}]}]},` +
  `"${dimension}":"${of}","${name}":${value},"orderId":"${ORDER_ID}","correlationId":"c-1"}\n`;

const linesFor = (changed: Partial<Order>, before?: Partial<Order>) => {
  const order = sampleOrder(changed);
  const announcement = announcementOf(order, before && sampleOrder(before));
  return linesOf(() => announcement && recordOrderMetrics(announcement, order, AT));
};

test("a measurement is one line that CloudWatch counts", () => {
  const dimension: [string, string] = ["Service", "orders"];
  const lines = linesOf(() =>
    recordMetric({ name: "OrdersLate", value: 0, unit: "Count", dimension }, {}, AT),
  );
  assert.equal(lines, [
    '{"_aws":{"Timestamp":1795253400000,"CloudWatchMetrics":[{"Namespace":"OrderProcessingSystem","Dimensions":[["Service"]],"Metrics":[{"Name":"OrdersLate","Unit":"Count"}]}]},"Service":"orders","OrdersLate":0}\n',
  ]);
});

test("a new order is counted by its door, and its value by its currency", () => {
  assert.equal(linesFor({ door: "direct" }), [
    metric("OrdersCreated", "Count", ["Door", "direct"], 1),
    metric("OrderValue", "None", ["Currency", "EUR"], 109.97),
  ]);
  assert.equal(linesFor({ door: "http", currency: "JPY", totalMinor: 500 }), [
    metric("OrdersCreated", "Count", ["Door", "http"], 1),
    metric("OrderValue", "None", ["Currency", "JPY"], 500),
  ]);
});

test("a step in between is not counted", () => {
  assert.equal(linesFor({ status: "PROCESSING" }, {}), []);
});

test("an order that has ended is counted by how, and its payment by how it went", () => {
  assert.equal(linesFor({ status: "COMPLETED", paymentStatus: "CAPTURED" }, {}), [
    metric("OrdersProcessed", "Count", ["Status", "COMPLETED"], 1),
    metric("PaymentsProcessed", "Count", ["Outcome", "captured"], 1),
  ]);
  const failed = { status: "FAILED", paymentStatus: "REFUNDED", failureReason: "payment_risk" };
  assert.equal(linesFor(failed as Partial<Order>, {}), [
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
