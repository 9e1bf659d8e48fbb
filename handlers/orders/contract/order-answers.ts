import * as v from "valibot";
import { address, currency, customerId, orderId, orderLine, time } from "./fields.ts";
import { failureReasons, orderStatuses } from "./status.ts";

const totalAmount = v.pipe(
  v.number(),
  v.description("Sum of quantity × price over the lines, or the amount."),
  v.examples([109.97]),
);
const status = v.picklist(orderStatuses);

/** Response of the keyed `POST /orders`. */
export const placeOrderAnswer = v.object({
  message: v.string(),
  orderId,
  status: v.literal("PENDING"),
  totalAmount,
  createdAt: time,
});

const failureReason = v.optional(
  v.pipe(v.picklist(failureReasons), v.description("Only of an order that is FAILED.")),
);

/** An order as the keyed API shows it. */
export const orderView = v.object({
  orderId,
  createdAt: time,
  updatedAt: time,
  status,
  customerId: v.optional(customerId),
  customerEmail: v.optional(v.string()),
  items: v.optional(v.array(orderLine)),
  shippingAddress: v.optional(address),
  totalAmount,
  currency,
  failureReason,
});

/** Response of `GET /orders`. */
export const listOrdersAnswer = v.object({
  orders: v.pipe(v.array(orderView), v.description("Newest first.")),
  count: v.pipe(v.number(), v.description("Orders on this page.")),
  filter: v.object({ status: v.optional(status) }),
  nextToken: v.optional(
    v.pipe(v.string(), v.description("Gives the next page; absent on the last one.")),
  ),
});

/** Response of the HTTP API's `POST /orders`. */
export const acceptOrderAnswer = v.object({ orderId });

/** An order as the open HTTP API shows it. */
export const orderStatusView = v.object({
  orderId,
  amount: v.number(),
  currency,
  status,
  createdAt: time,
  failureReason,
});

/** Response of `POST /orders/direct`. */
export const directOrderAnswer = v.object({
  orderId: v.pipe(v.string(), v.description("Id of the order, once it is stored.")),
  messageId: v.pipe(v.string(), v.description("Id of the message that carries it.")),
});
