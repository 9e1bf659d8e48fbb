import {
  directOrderAnswer,
  limitParameter,
  listOrdersAnswer,
  nextTokenParameter,
  orderBody,
  orderId,
  orderKeyParameter,
  orderView,
  placeOrderAnswer,
  productId,
  productView,
  putProductBody,
  statusParameter,
} from "../../handlers/orders/contract.ts";
import { PLAIN_ID } from "../../handlers/shared/contract.ts";
import type { ApiDescription, Operation } from "../aws/openapi/api-description.ts";
import { badKey, bodyProblems, exampleOrder, exampleOrderId, keyHeader } from "./examples.ts";

const view = {
  orderId: exampleOrderId,
  createdAt: "2026-11-21T09:30:00.000Z",
  updatedAt: "2026-11-21T09:30:00.900Z",
  status: "COMPLETED",
  ...exampleOrder,
  totalAmount: 109.97,
};
const badProductId = `productId ${PLAIN_ID.rule}`;
const product = { productId: "mug-blue", stock: 8, held: 0, sold: 2 };

const placing: Operation[] = [
  {
    id: "placeOrder",
    method: "post",
    path: "/orders",
    tag: "Orders",
    summary: "Place an order",
    description:
      "Stores the order before it answers; from then on it can be read. A repeated request with the same " +
      "`Idempotency-Key` is answered as the first one was, with the header `Idempotent-Replayed: true`.",
    otherParameters: [keyHeader(orderKeyParameter)],
    body: {
      schema: "OrderBody",
      description: "With lines, or only an amount.",
      required: true,
      example: exampleOrder,
    },
    answers: {
      201: {
        description: "The order is stored, now or before.",
        schema: "PlaceOrderAnswer",
        example: {
          message: "Order accepted",
          orderId: exampleOrderId,
          status: "PENDING",
          totalAmount: 109.97,
          createdAt: view.createdAt,
        },
      },
    },
    problems: {
      ...bodyProblems,
      idempotency_key_invalid: badKey,
      idempotency_key_reused:
        "This Idempotency-Key was used with another body; take a new key for a new request.",
    },
  },
  {
    id: "placeOrderDirect",
    method: "post",
    path: "/orders/direct",
    tag: "Orders",
    summary: "Put an order on the queue",
    description:
      "The gateway itself puts the order on the queue, so that any number of orders can come in at once. What the " +
      "gateway cannot see is found out later: such an order is set aside, and a person is told. With an " +
      "`Idempotency-Key` a repeated request makes no second order; the order is found under either id.",
    otherParameters: [keyHeader(orderKeyParameter)],
    body: {
      schema: "OrderBody",
      description: "With lines, or only an amount.",
      required: true,
      example: { amount: 99.99, currency: "EUR" },
    },
    answers: {
      202: {
        description: "The order is on the queue, and is stored in a moment.",
        schema: "DirectOrderAnswer",
        example: { orderId: exampleOrderId, messageId: "9f0c6d53-4d8e-4a86-8a1b-1d7f3f2f5a10" },
      },
    },
    problems: {
      validation_failed: "The body is not JSON, or does not fit the schema of this request.",
      payload_too_large: bodyProblems.payload_too_large,
      unsupported_media_type: bodyProblems.unsupported_media_type,
    },
  },
];

const reading: Operation[] = [
  {
    id: "getOrder",
    method: "get",
    path: "/orders/{orderId}",
    tag: "Orders",
    summary: "Read an order",
    description: "The order as it is at this moment. Every holder of the key sees every order.",
    pathParameters: { orderId },
    answers: { 200: { description: "The order.", schema: "Order", example: view } },
    problems: {
      invalid_parameter: "orderId must be a UUID in lower case",
      not_found: "There is no order with this id.",
    },
  },
  {
    id: "listOrders",
    method: "get",
    path: "/orders",
    tag: "Orders",
    summary: "List orders",
    description: "Orders, newest first, page by page. A moment may pass before a change shows.",
    otherParameters: [
      { name: "status", in: "query", required: false, schema: statusParameter },
      { name: "limit", in: "query", required: false, schema: limitParameter },
      { name: "nextToken", in: "query", required: false, schema: nextTokenParameter },
    ],
    answers: {
      200: {
        description: "A page of orders.",
        schema: "ListOrdersAnswer",
        example: { orders: [view], count: 1, filter: { status: "COMPLETED" } },
      },
    },
    problems: {
      invalid_parameter: "limit must be a whole number from 1 to 100",
      invalid_page_token: "nextToken must be what an earlier answer had, for the same status.",
    },
  },
];

const stock: Operation[] = [
  {
    id: "putProduct",
    method: "put",
    path: "/products/{productId}",
    tag: "Stock",
    summary: "Set a product's stock",
    description:
      "Sets how many pieces are free. From then on the product is tracked: an order that asks for more fails.",
    pathParameters: { productId },
    body: {
      schema: "PutProductBody",
      description: "The pieces that are free.",
      required: true,
      example: { stock: 10 },
    },
    answers: {
      200: { description: "The stock as it is now.", schema: "Product", example: product },
    },
    problems: {
      ...bodyProblems,
      invalid_parameter: badProductId,
    },
  },
  {
    id: "getProduct",
    method: "get",
    path: "/products/{productId}",
    tag: "Stock",
    summary: "Read a product's stock",
    description: "How many pieces are free, held for orders in the making, and sold.",
    pathParameters: { productId },
    answers: { 200: { description: "The stock.", schema: "Product", example: product } },
    problems: {
      invalid_parameter: badProductId,
      not_found: "The stock of this product is not tracked.",
    },
  },
];

/** The keyed API that takes in and reads orders, and keeps the stock. */
export const ordersApi: ApiDescription = {
  name: "orders",
  title: "Orders API",
  description: "Takes in orders, reads them, and keeps the stock. Every request needs an API key.",
  version: "1.0.0",
  keyed: true,
  tags: { Orders: "Orders on their way.", Stock: "How many pieces there are." },
  schemas: {
    OrderBody: orderBody,
    PlaceOrderAnswer: placeOrderAnswer,
    DirectOrderAnswer: directOrderAnswer,
    Order: orderView,
    ListOrdersAnswer: listOrdersAnswer,
    PutProductBody: putProductBody,
    Product: productView,
  },
  operations: [...placing, ...reading, ...stock],
};
