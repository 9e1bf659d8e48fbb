import type * as aws from "@pulumi/aws";
import { orderDetails } from "../../handlers/orders/contract/details.ts";
import { orderId, productId } from "../../handlers/orders/contract/fields.ts";
import {
  directOrderAnswer,
  listOrdersAnswer,
  orderView,
  placeOrderAnswer,
} from "../../handlers/orders/contract/order-answers.ts";
import {
  itemisedOrder,
  orderBody,
  simpleOrder,
} from "../../handlers/orders/contract/order-body.ts";
import {
  limitParameter,
  nextTokenParameter,
  orderKeyParameter,
  statusParameter,
} from "../../handlers/orders/contract/parameters.ts";
import { productView, putProductBody } from "../../handlers/orders/contract/products.ts";
import { STATUS_INDEX } from "../../handlers/orders/store/contract.ts";
import { details, PLAIN_ID } from "../../handlers/shared/contract.ts";
import { indexAccess, tableAccess } from "../aws/access.ts";
import type { FunctionArgs } from "../aws/function.ts";
import type { ApiDescription, Operation } from "../aws/openapi/api-description.ts";
import type { Settings } from "../settings.ts";
import { bodyProblems, exampleOrder, exampleOrderId, keyHeader } from "./examples.ts";
import { orderVariables } from "./variables.ts";

/** What the functions of the operations work on. */
export interface OrderFunctionsArgs {
  orders: aws.dynamodb.Table;
  settings: Pick<Settings, "orders">;
}

/** The function of each operation but `placeOrderDirect`, which the gateway sends to the queue itself. */
export function orderFunctions({ orders, settings }: OrderFunctionsArgs) {
  const { IDEMPOTENCY_HOURS, ORDER_STATUS_SHARDS, UNPRICED_PRODUCTS } = orderVariables(settings);
  const may = (...actions: string[]) => tableAccess(orders, actions, "ORDERS_TABLE");
  return {
    placeOrder: {
      entry: "handlers/orders/doors/place-order.ts",
      description: "Stores an order, once per Idempotency-Key",
      uses: [may("BatchGetItem", "GetItem", "PutItem")],
      environment: { IDEMPOTENCY_HOURS, ORDER_STATUS_SHARDS, UNPRICED_PRODUCTS },
    },
    getOrder: {
      entry: "handlers/orders/doors/get-order.ts",
      description: "Reads an order",
      uses: [may("GetItem")],
    },
    listOrders: {
      entry: "handlers/orders/doors/list-orders.ts",
      description: "Lists orders by status",
      // The items are the secret that signs page tokens.
      uses: [may("GetItem", "PutItem"), indexAccess(orders, STATUS_INDEX, ["Query"])],
      environment: { ORDER_STATUS_SHARDS },
    },
    putProduct: {
      entry: "handlers/orders/doors/put-product.ts",
      description: "Sets the stock, price and name of a product",
      uses: [may("PutItem", "UpdateItem")],
    },
    getProduct: {
      entry: "handlers/orders/doors/get-product.ts",
      description: "Reads the stock and price of a product",
      uses: [may("GetItem")],
    },
  } satisfies Record<string, FunctionArgs>;
}

const view = {
  orderId: exampleOrderId,
  createdAt: "2026-11-21T09:30:00.000Z",
  updatedAt: "2026-11-21T09:30:00.900Z",
  status: "COMPLETED",
  ...exampleOrder,
  totalAmount: 109.97,
};
const badProductId = `productId ${PLAIN_ID.rule}`;
const product = { productId: "mug-blue", name: "Blue mug", stock: 8, held: 0, sold: 2 };

const placing: Operation[] = [
  {
    id: "placeOrder",
    method: "post",
    path: "/orders",
    tag: "Orders",
    summary: "Place an order",
    description:
      "Stores the order before it answers, so that it can be read at once. A repeated request with the same " +
      "`Idempotency-Key` gets the answer of the first one, with the header `Idempotent-Replayed: true`.",
    otherParameters: [keyHeader(orderKeyParameter)],
    body: {
      schema: "OrderBody",
      description: "Either line items, or only an amount.",
      required: true,
      example: exampleOrder,
    },
    answers: {
      201: {
        description: "The order is stored.",
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
      idempotency_key_invalid: details.keyInvalid,
      idempotency_key_reused: details.keyReused,
      price_changed: orderDetails.prices,
    },
  },
  {
    id: "placeOrderDirect",
    method: "post",
    path: "/orders/direct",
    tag: "Orders",
    summary: "Queue an order",
    description:
      "API Gateway sends the order to the queue itself, which absorbs bursts. It checks the body against the schema of " +
      "this operation only. An order that fits it and not `OrderBody`, which may have fields of both forms or no lines, is " +
      "accepted, and goes to the dead-letter queue later and raises an alarm. A repeated request with " +
      "the same `Idempotency-Key` creates no second order; the order can be read by either id.",
    otherParameters: [keyHeader(orderKeyParameter)],
    body: {
      schema: "DirectOrderBody",
      checkedBy: "gateway",
      description: "Either line items, or only an amount.",
      required: true,
      example: { amount: 99.99, currency: "EUR" },
    },
    answers: {
      202: {
        description: "The order is queued and will be stored shortly.",
        schema: "DirectOrderAnswer",
        example: { orderId: exampleOrderId, messageId: "9f0c6d53-4d8e-4a86-8a1b-1d7f3f2f5a10" },
      },
    },
    problems: {
      validation_failed: "The body is not valid JSON, or does not match the schema.",
      idempotency_key_invalid: details.keyInvalid,
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
    description: "The current state of the order. Any holder of the API key can read any order.",
    pathParameters: { orderId },
    answers: { 200: { description: "The order.", schema: "Order", example: view } },
    problems: {
      invalid_parameter: orderDetails.orderId,
      not_found: orderDetails.noOrder,
    },
  },
  {
    id: "listOrders",
    method: "get",
    path: "/orders",
    tag: "Orders",
    summary: "List orders",
    description: "Orders, newest first, in pages. The list is eventually consistent.",
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
      invalid_parameter: orderDetails.limit,
      invalid_page_token: orderDetails.pageToken,
    },
  },
];

const stock: Operation[] = [
  {
    id: "putProduct",
    method: "put",
    path: "/products/{productId}",
    tag: "Stock",
    summary: "Set a product's stock and price",
    description:
      "Sets how many items are available. From then on the product is tracked: an order for more than that fails. With a " +
      "price, an order whose line has another one is refused.",
    pathParameters: { productId },
    body: {
      schema: "PutProductBody",
      description: "The number of available items.",
      required: true,
      example: { stock: 10, price: 29.99, name: "Blue mug" },
    },
    answers: {
      200: { description: "The current stock.", schema: "Product", example: product },
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
    description: "How many items are available, reserved by orders in progress, and sold.",
    pathParameters: { productId },
    answers: { 200: { description: "The stock.", schema: "Product", example: product } },
    problems: {
      invalid_parameter: badProductId,
      not_found: orderDetails.noProduct,
    },
  },
];

/** The keyed API that places, reads and lists orders, and manages stock. */
export const ordersApi: ApiDescription = {
  name: "orders",
  title: "Orders API",
  description: "Places, reads and lists orders, and manages stock. Every request needs an API key.",
  version: "1.0.0",
  keyed: true,
  tags: { Orders: "Placing and reading orders.", Stock: "Stock of products." },
  schemas: {
    OrderBody: orderBody,
    ItemisedOrder: itemisedOrder,
    SimpleOrder: simpleOrder,
    DirectOrderBody: orderBody,
    PlaceOrderAnswer: placeOrderAnswer,
    DirectOrderAnswer: directOrderAnswer,
    Order: orderView,
    ListOrdersAnswer: listOrdersAnswer,
    PutProductBody: putProductBody,
    Product: productView,
  },
  operations: [...placing, ...reading, ...stock],
};
