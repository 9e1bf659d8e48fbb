import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { HttpError } from "../../shared/http-error.ts";
import { pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderId } from "../contract.ts";
import { fromMinor } from "../rules/money.ts";
import type { Order } from "../rules/order.ts";
import { orderReader } from "../store/aliases.ts";
import { awsOrders } from "../store/orders-table.ts";

/** What this handler needs from the outside. */
export interface Deps {
  find(orderId: string): Promise<Order | undefined>;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEventV2) =>
  respond(event, async () => {
    const order = await deps.find(pathParameter(event, "orderId", orderId));
    if (!order) {
      throw new HttpError(
        "not_found",
        "There is no order with this id; one that was just taken in is stored in a moment.",
      );
    }
    const { totalMinor, currency, status, createdAt } = order;
    const amount = fromMinor(totalMinor, currency);
    return { status: 200, body: { orderId: order.orderId, amount, currency, status, createdAt } };
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the HTTP API's `GET /orders/{orderId}`, which is open: it tells nothing of who ordered what. */
export const handler = (event: APIGatewayProxyEventV2) => {
  live ??= createHandler(awsDeps());
  return live(event);
};

function awsDeps(): Deps {
  const { client, tableName, orders } = awsOrders();
  return { find: orderReader(client, tableName, orders) };
}
