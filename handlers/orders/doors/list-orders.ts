import type { APIGatewayProxyEvent } from "aws-lambda";
import { queryParameters } from "../../shared/query-parameters.ts";
import { respond } from "../../shared/respond.ts";
import { limitParameter, nextTokenParameter, statusParameter } from "../contract.ts";
import { orderView } from "../rules/order.ts";
import { readPageToken, writePageToken } from "../rules/page-token.ts";
import { awsOrders } from "../store/orders-table.ts";
import { type OrderIndex, orderIndex, pageTokenSecret } from "../store/status-index.ts";

/** What this handler needs from the outside. */
export interface Deps {
  page: OrderIndex["page"];
  /** What page tokens are signed with. */
  secret(): Promise<Buffer>;
  /** Over how many keys the index spreads each status. */
  shards: number;
}

const USUAL_LIMIT = 50;

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const { status, limit, nextToken } = queryParameters(event, {
      status: statusParameter,
      limit: limitParameter,
      nextToken: nextTokenParameter,
    });
    const filter = `${status ?? "any"}/${deps.shards}`;
    const after =
      nextToken === undefined ? {} : readPageToken(nextToken, filter, await deps.secret());
    const { orders, next } = await deps.page(status, Number(limit ?? USUAL_LIMIT), after);
    const body = {
      orders: orders.map(orderView),
      count: orders.length,
      filter: { status },
      nextToken: next && writePageToken(next, filter, await deps.secret()),
    };
    return { status: 200, body };
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of `GET /orders`. */
export const handler = (event: APIGatewayProxyEvent) => {
  live ??= createHandler(awsDeps());
  return live(event);
};

function awsDeps(): Deps {
  const { client, tableName, shards } = awsOrders();
  const { page } = orderIndex(client, tableName, shards);
  return { page, secret: pageTokenSecret(client, tableName), shards };
}
