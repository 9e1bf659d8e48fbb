import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Order } from "../../handlers/orders/rules/order.ts";
import { REQUEST_ID } from "./api-request.ts";

/** When every order of a test was made. */
export const CREATED_AT = "2026-11-21T09:30:00.000Z";

/** Id of every order of a test that names no other. */
export const ORDER_ID = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";

/** A second one. */
export const OTHER_ID = "5f1c7a52-0c0e-4b5e-9d3f-000000000002";

/** What a customer asks for: it comes to 109.97. */
export const ORDER_BODY = {
  customerId: "customer-1",
  customerEmail: "ada@example.com",
  items: [
    { productId: "mug-blue", quantity: 2, price: 29.99 },
    { productId: "tea-pot", quantity: 1, price: 49.99 },
  ],
};

/** The order that is stored for {@link ORDER_BODY}, with what a test wants otherwise. */
export function sampleOrder(other: Partial<Order> = {}): Order {
  return {
    orderId: ORDER_ID,
    createdAt: CREATED_AT,
    door: "rest",
    correlationId: "c-1",
    updatedAt: CREATED_AT,
    status: "PENDING",
    version: 1,
    paymentStatus: "NONE",
    stockStatus: "NONE",
    currency: "EUR",
    customerId: "customer-1",
    customerEmail: "ada@example.com",
    items: [
      { productId: "mug-blue", quantity: 2, priceMinor: 2999 },
      { productId: "tea-pot", quantity: 1, priceMinor: 4999 },
    ],
    totalMinor: 10_997,
    ...other,
  };
}

/** An event as an HTTP API hands it to a function. */
export function httpApiRequest(
  parts: Partial<
    Pick<
      APIGatewayProxyEventV2,
      "routeKey" | "headers" | "body" | "pathParameters" | "queryStringParameters"
    >
  >,
): APIGatewayProxyEventV2 {
  const { routeKey = "$default", headers = {}, ...rest } = parts;
  return {
    version: "2.0",
    routeKey,
    rawPath: "/",
    rawQueryString: "",
    headers,
    isBase64Encoded: false,
    requestContext: {
      requestId: REQUEST_ID,
      http: { method: "GET" },
    } as APIGatewayProxyEventV2["requestContext"],
    ...rest,
  };
}
