import type { APIGatewayProxyEvent } from "aws-lambda";
import { queryParameters } from "../shared/query-parameters.ts";
import { respond } from "../shared/respond.ts";
import { PAGE_SIZE, pageParameter } from "./contract.ts";
import { messyUsers } from "./users/messy-users.ts";

/** The requested page; undefined means the whole list. */
export function requestedPage(event: APIGatewayProxyEvent): number | undefined {
  return queryParameters(event, { page: pageParameter }).page;
}

/** One page of a list, or all of it. A page past the end is empty. */
export function pageOf<T>(list: readonly T[], page: number | undefined) {
  const count = list.length;
  if (page === undefined) return { users: list, count };
  const start = (page - 1) * PAGE_SIZE;
  const users = list.slice(start, start + PAGE_SIZE);
  return { users, count, page, pages: Math.ceil(count / PAGE_SIZE) };
}

/** Lambda entry point of `GET /users`: the upstream that the ingest client pulls from. */
export const handler = (event: APIGatewayProxyEvent) =>
  respond(event, async () => ({ status: 200, body: pageOf(messyUsers(), requestedPage(event)) }));
