import type * as aws from "@pulumi/aws";
import { orderDetails } from "../../handlers/orders/contract/details.ts";
import { orderId } from "../../handlers/orders/contract/fields.ts";
import {
  acceptOrderAnswer,
  orderStatusView,
} from "../../handlers/orders/contract/order-answers.ts";
import {
  itemisedOrder,
  orderBody,
  simpleOrder,
} from "../../handlers/orders/contract/order-body.ts";
import {
  limitParameter,
  openOrderKeyParameter,
} from "../../handlers/orders/contract/parameters.ts";
import {
  afterProductParameter,
  listProductsAnswer,
} from "../../handlers/orders/contract/products.ts";
import { sendAccess, tableAccess } from "../aws/access.ts";
import type { FunctionArgs } from "../aws/function.ts";
import type { ApiDescription } from "../aws/openapi/api-description.ts";
import { bodyProblems, exampleOrderId, keyHeader } from "./examples.ts";

/** What the functions of the operations work on. */
export interface OrderHttpFunctionsArgs {
  orders: aws.dynamodb.Table;
  queue: aws.sqs.Queue;
}

/** The function of each operation, and `noSuchRoute` for requests that match none. */
export function orderHttpFunctions({ orders, queue }: OrderHttpFunctionsArgs) {
  return {
    acceptOrder: {
      entry: "handlers/orders/doors/accept-order.ts",
      description: "Sends an order to the queue",
      uses: [sendAccess(queue, "ORDERS_QUEUE_URL")],
    },
    getOrderStatus: {
      entry: "handlers/orders/doors/get-order-status.ts",
      description: "Reads the status of an order",
      uses: [tableAccess(orders, ["GetItem"], "ORDERS_TABLE")],
    },
    listProducts: {
      entry: "handlers/orders/doors/list-products.ts",
      description: "Lists products with their price and stock",
      uses: [tableAccess(orders, ["BatchGetItem", "Query"], "ORDERS_TABLE")],
    },
    noSuchRoute: {
      entry: "handlers/orders/doors/no-such-route.ts",
      description: "Answers requests to the HTTP API that match no operation",
    },
  } satisfies Record<string, FunctionArgs>;
}

/** The open API that accepts orders at the lowest cost. */
export const ordersHttpApi: ApiDescription = {
  name: "orders-http",
  title: "Orders HTTP API",
  description:
    "Accepts orders with low latency, reports their status, and lists products. No API key is needed.",
  version: "1.0.0",
  keyed: false,
  tags: {
    Orders: "Submitting orders and reading their status.",
    Products: "What can be ordered.",
  },
  schemas: {
    OrderBody: orderBody,
    ItemisedOrder: itemisedOrder,
    SimpleOrder: simpleOrder,
    AcceptOrderAnswer: acceptOrderAnswer,
    OrderStatus: orderStatusView,
    ListProductsAnswer: listProductsAnswer,
  },
  operations: [
    {
      id: "acceptOrder",
      method: "post",
      path: "/orders",
      tag: "Orders",
      summary: "Submit an order",
      description:
        "Queues the order, which is stored shortly after. Requests with the same `Idempotency-Key` and the same body are " +
        "one order. An accepted order always ends as COMPLETED or FAILED, and a FAILED one says why.",
      otherParameters: [keyHeader(openOrderKeyParameter)],
      body: {
        schema: "OrderBody",
        description: "Either line items, or only an amount.",
        required: true,
        example: { amount: 99.99, currency: "EUR" },
      },
      answers: {
        202: {
          description: "The order is queued. The Location header says where it can be read.",
          schema: "AcceptOrderAnswer",
          example: { orderId: exampleOrderId },
        },
      },
      problems: {
        ...bodyProblems,
        idempotency_key_invalid: orderDetails.openKey,
      },
    },
    {
      id: "getOrderStatus",
      method: "get",
      path: "/orders/{orderId}",
      tag: "Orders",
      summary: "Read the status of an order",
      description: "The answer does not contain the customer or the items.",
      pathParameters: { orderId },
      answers: {
        200: {
          description: "The status of the order.",
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
        invalid_parameter: orderDetails.orderId,
        not_found: orderDetails.noOrderYet,
      },
    },
    {
      id: "listProducts",
      method: "get",
      path: "/products",
      tag: "Products",
      summary: "List products",
      description:
        "Products by id, in pages, with what is left of each. The answer may be cached for a few seconds; an order is " +
        "always checked against the current price and stock.",
      otherParameters: [
        { name: "limit", in: "query", required: false, schema: limitParameter },
        { name: "after", in: "query", required: false, schema: afterProductParameter },
      ],
      answers: {
        200: {
          description: "A page of products.",
          schema: "ListProductsAnswer",
          example: {
            products: [
              { productId: "mug-blue", name: "Blue mug", stock: 8, price: 29.99, currency: "EUR" },
            ],
            next: "mug-blue",
          },
        },
      },
      problems: { invalid_parameter: orderDetails.limit },
    },
  ],
};
