import type { APIGatewayProxyEvent } from "aws-lambda";
import { HttpError } from "../../shared/http-error.ts";
import { pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderId } from "../contract.ts";
import { type Order, orderView } from "../rules/order.ts";
import { orderReader } from "../store/aliases.ts";
import { awsOrders } from "../store/orders-table.ts";

/** What this handler needs from the outside. */
export interface Deps {
  find(orderId: string): Promise<Order | undefined>;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const order = await deps.find(pathParameter(event, "orderId", orderId));
    if (!order) throw new HttpError("not_found", "There is no order with this id.");
    return { status: 200, body: orderView(order) };
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the keyed `GET /orders/{orderId}`. */
export const handler = (event: APIGatewayProxyEvent) => {
  live ??= createHandler(awsDeps());
  return live(event);
};

function awsDeps(): Deps {
  const { client, tableName, orders } = awsOrders();
  return { find: orderReader(client, tableName, orders) };
}
