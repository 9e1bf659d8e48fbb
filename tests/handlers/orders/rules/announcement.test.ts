import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Announcement,
  announcementOf,
  announcementSchema,
  announcementText,
  SUBJECTS,
} from "../../../../handlers/orders/rules/announcement.ts";
import { lettersFor } from "../../../../handlers/orders/rules/letter.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { check } from "../../../../handlers/shared/field-errors.ts";
import { CREATED_AT, ORDER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("what is told of orders");

const CREATED: Announcement = {
  eventType: "OrderCreated",
  orderId: ORDER_ID,
  version: 1,
  status: "PENDING",
  door: "rest",
  correlationId: "c-1",
  createdAt: CREATED_AT,
  totalAmount: 109.97,
  currency: "EUR",
  customerId: "customer-1",
  customerEmail: "ada@example.com",
};
const of = (order: Partial<Order>, before?: Partial<Order>) =>
  announcementOf(sampleOrder(order), before && sampleOrder(before));
const SIMPLE: Partial<Order> = { currency: "JPY", totalMinor: 500 };
const { customerId: _id, customerEmail: _email, items: _items, ...nameless } = sampleOrder(SIMPLE);

test("a new order is announced, without its address, lines and money's way", () => {
  const shippingAddress = { street: "a", city: "b", zipCode: "c", country: "d" };
  assert.equal(
    of({ shippingAddress, paymentToken: "tok_visa", paymentStatus: "CAPTURED" }),
    CREATED,
  );
});

test("a change of the status is announced with its version", () => {
  const processing = of({ status: "PROCESSING", version: 2 }, {});
  assert.equal(processing, {
    ...CREATED,
    eventType: "OrderProcessing",
    status: "PROCESSING",
    version: 2,
  });
  const completed = of({ status: "COMPLETED", version: 4 }, { status: "PROCESSING" });
  assert.equal(completed, {
    ...CREATED,
    eventType: "OrderCompleted",
    status: "COMPLETED",
    version: 4,
  });
  const failed = of({ status: "FAILED", version: 3, failureReason: "out_of_stock" }, {});
  assert.equal(failed, {
    ...CREATED,
    eventType: "OrderFailed",
    status: "FAILED",
    version: 3,
    failureReason: "out_of_stock",
  });
});

test("a change that leaves the status alone is not announced", () => {
  const before: Partial<Order> = { status: "PROCESSING", version: 2 };
  assert.is(of({ status: "PROCESSING", version: 3, paymentStatus: "CAPTURED" }, before), undefined);
});

test("an order of nobody's is announced in units of its currency", () => {
  const { customerId: _id, customerEmail: _email, ...created } = CREATED;
  const expected = { ...created, totalAmount: 500, currency: "JPY" };
  assert.equal(announcementOf(nameless, undefined), expected);
});

test("every announcement keeps to its schema", () => {
  for (const status of ["PENDING", "PROCESSING", "COMPLETED", "FAILED"] as const) {
    assert.is(check(announcementSchema, of({ status })).errors, undefined);
  }
  const { version: _, ...incomplete } = CREATED;
  assert.equal(check(announcementSchema, incomplete).errors, [
    { pointer: "/version", code: "required", message: "is required" },
  ]);
});

test("the shop reads what happened in lines", () => {
  const failed = of({ status: "FAILED", failureReason: "payment_declined" });
  assert.is(
    failed && announcementText(failed),
    `Order:    ${ORDER_ID}
Status:   FAILED (payment declined)
Total:    109.97 EUR
Customer: customer-1
Created:  ${CREATED_AT}
Request:  c-1`,
  );
  const simple = announcementOf(nameless, undefined);
  assert.is(
    simple && announcementText(simple),
    `Order:    ${ORDER_ID}
Status:   PENDING
Total:    500 JPY
Customer: not given
Created:  ${CREATED_AT}
Request:  c-1`,
  );
});

test("each event has its subject", () => {
  assert.equal(SUBJECTS, {
    OrderCreated: "New Order Notification",
    OrderProcessing: "Order in progress",
    OrderCompleted: "Order completed",
    OrderFailed: "Order failed",
  });
});

const TO = { channel: "email", to: "ada@example.com" } as const;
const STOP =
  "\n\nYou get this e-mail because an order was placed with this address. If you want no more of them, reply with STOP.";
const SMS = { channel: "sms", to: "customer-1", subject: "" } as const;

test("the customer gets an e-mail when the order is received", () => {
  assert.equal(lettersFor(CREATED), [
    {
      ...TO,
      subject: "We have received your order",
      body: `Thank you. We have received your order ${ORDER_ID} for 109.97 EUR.${STOP}`,
    },
  ]);
});

test("the customer gets no message about intermediate steps", () => {
  assert.equal(lettersFor({ ...CREATED, eventType: "OrderProcessing" }), []);
});

test("the customer gets an e-mail and an SMS when the order is complete", () => {
  assert.equal(lettersFor({ ...CREATED, eventType: "OrderCompleted" }), [
    {
      ...TO,
      subject: "Your order is complete",
      body: `Your order ${ORDER_ID} for 109.97 EUR is paid and on its way.${STOP}`,
    },
    { ...SMS, body: `Your order ${ORDER_ID} is on its way.` },
  ]);
});

for (const [failureReason, why] of [
  ["out_of_stock", "an item is no longer in stock"],
  ["payment_declined", "your payment was declined"],
  ["payment_risk", "we could not accept your payment"],
  ["processing_error", "of an error on our side"],
  [undefined, "of an error on our side"],
] as const) {
  test(`a customer is told why the order failed (${failureReason})`, () => {
    const body = `We are sorry: we could not complete your order ${ORDER_ID} for 109.97 EUR because ${why}. You have not been charged, or your payment has been refunded.`;
    const failed: Announcement = { ...CREATED, eventType: "OrderFailed" };
    assert.equal(lettersFor(failureReason ? { ...failed, failureReason } : failed), [
      { ...TO, subject: "We could not complete your order", body: `${body}${STOP}` },
      { ...SMS, body },
    ]);
  });
}

test("no message is sent where the order names no customer", () => {
  const simple = announcementOf({ ...nameless, status: "COMPLETED" }, undefined);
  assert.equal(simple && lettersFor(simple), []);
});

test.run();
