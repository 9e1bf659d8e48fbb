import type { APIGatewayProxyEvent } from "aws-lambda";
import { HttpError } from "../shared/http-error.ts";
import { respond } from "../shared/respond.ts";
import { INVALID_PAGE, PAGE_SIZE } from "./contract.ts";
import { messyUsers } from "./users/messy-users.ts";

/** The page that is asked for; undefined means the whole list. */
export function requestedPage(event: APIGatewayProxyEvent): number | undefined {
  const parameters = event.multiValueQueryStringParameters ?? {};
  const unknown = Object.keys(parameters).find((name) => name !== "page");
  if (unknown !== undefined) {
    throw new HttpError("invalid_parameter", "The only query parameter is page.");
  }
  const values = parameters["page"];
  if (values === undefined) return undefined;
  const [page = ""] = values;
  if (values.length > 1 || !/^[1-9]\d{0,5}$/.test(page)) {
    throw new HttpError("invalid_parameter", INVALID_PAGE);
  }
  return Number(page);
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
