import type { APIGatewayProxyEvent } from "aws-lambda";
import { HttpError } from "../../shared/http-error.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderDetails } from "../contract/details.ts";
import { orderId } from "../contract/fields.ts";
import { orderView } from "../rules/order.ts";
import { findOrderOrAlias } from "../store/aliases.ts";
import type { FindOrder } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";

export interface Deps {
  find: FindOrder;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const order = await deps.find(pathParameter(event, "orderId", orderId));
    if (!order) throw new HttpError("not_found", orderDetails.noOrder);
    return { status: 200, body: orderView(order) };
  });

/** Lambda entry point of the keyed `GET /orders/{orderId}`. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return { find: findOrderOrAlias(ordersTable()) };
}
