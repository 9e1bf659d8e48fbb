import {
  acceptOrderAnswer,
  orderBody,
  orderId,
  orderKeyParameter,
  orderStatusView,
} from "../../handlers/orders/contract.ts";
import type { ApiDescription } from "../aws/openapi/api-description.ts";
import { badKey, bodyProblems, exampleOrderId, keyHeader } from "./examples.ts";

/** The open API that takes in orders at the least cost. */
export const ordersHttpApi: ApiDescription = {
  name: "orders-http",
  title: "Orders HTTP API",
  description: "Takes in orders fast, and tells how they stand. It needs no key.",
  version: "1.0.0",
  keyed: false,
  tags: { Orders: "Orders on their way." },
  schemas: {
    OrderBody: orderBody,
    AcceptOrderAnswer: acceptOrderAnswer,
    OrderStatus: orderStatusView,
  },
  operations: [
    {
      id: "acceptOrder",
      method: "post",
      path: "/orders",
      tag: "Orders",
      summary: "Hand in an order",
      description:
        "Puts the order on the queue; it is stored in a moment. The same `Idempotency-Key` is always the same order: " +
        "the first body counts.",
      otherParameters: [keyHeader(orderKeyParameter)],
      body: {
        schema: "OrderBody",
        description: "With lines, or only an amount.",
        required: true,
        example: { amount: 99.99, currency: "EUR" },
      },
      answers: {
        202: {
          description: "The order is on the queue. The header Location says where it can be read.",
          schema: "AcceptOrderAnswer",
          example: { orderId: exampleOrderId },
        },
      },
      problems: {
        ...bodyProblems,
        idempotency_key_invalid: badKey,
      },
    },
    {
      id: "getOrderStatus",
      method: "get",
      path: "/orders/{orderId}",
      tag: "Orders",
      summary: "See how an order stands",
      description: "Tells nothing of who ordered what.",
      pathParameters: { orderId },
      answers: {
        200: {
          description: "How the order stands.",
          schema: "OrderStatus",
          example: {
            orderId: exampleOrderId,
            amount: 99.99,
            currency: "EUR",
            status: "COMPLETED",
            createdAt: "2026-11-21T09:30:00.000Z",
          },
        },
      },
      problems: {
        invalid_parameter: "orderId must be a UUID in lower case",
        not_found:
          "There is no order with this id; a new order can take a moment until it is stored.",
      },
    },
  ],
};
