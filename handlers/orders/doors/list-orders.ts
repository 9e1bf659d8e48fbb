import type { APIGatewayProxyEvent } from "aws-lambda";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { queryParameters } from "../../shared/query-parameters.ts";
import { respond } from "../../shared/respond.ts";
import { limitParameter, nextTokenParameter, statusParameter } from "../contract/parameters.ts";
import { orderView } from "../rules/order.ts";
import { readPageToken, writePageToken } from "../rules/page-token.ts";
import { ordersTable } from "../store/orders-table.ts";
import { pageTokenSecret } from "../store/page-token-secret.ts";
import { type OrderIndex, orderIndex } from "../store/status-index.ts";
import { statusShards } from "../store/status-shards.ts";

export interface Deps {
  page: OrderIndex["page"];
  /** The secret that page tokens are signed with. */
  secret(): Promise<Buffer>;
  /** Over how many keys the index spreads each status. */
  shards: number;
}

const DEFAULT_LIMIT = 50;

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
    const { orders, next } = await deps.page(status, limit ?? DEFAULT_LIMIT, after);
    const body = {
      orders: orders.map(orderView),
      count: orders.length,
      filter: { status },
      nextToken: next && writePageToken(next, filter, await deps.secret()),
    };
    return { status: 200, body };
  });

/** Lambda entry point of `GET /orders`. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  const shards = statusShards();
  return { page: orderIndex(table, shards).page, secret: pageTokenSecret(table), shards };
}
