import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { HttpError } from "../../shared/http-error.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderDetails } from "../contract/details.ts";
import { orderId } from "../contract/fields.ts";
import { fromMinor } from "../rules/money.ts";
import { findOrderOrAlias } from "../store/aliases.ts";
import type { FindOrder } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";

export interface Deps {
  find: FindOrder;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEventV2) =>
  respond(event, async () => {
    const order = await deps.find(pathParameter(event, "orderId", orderId));
    if (!order) {
      throw new HttpError("not_found", orderDetails.noOrderYet);
    }
    const { totalMinor, currency, status, createdAt, failureReason } = order;
    const amount = fromMinor(totalMinor, currency);
    return {
      status: 200,
      body: { orderId: order.orderId, amount, currency, status, createdAt, failureReason },
    };
  });

/** Lambda entry point of the HTTP API's `GET /orders/{orderId}`, which needs no key: it does not return who ordered what. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return { find: findOrderOrAlias(ordersTable()) };
}
