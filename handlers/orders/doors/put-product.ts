import type { APIGatewayProxyEvent } from "aws-lambda";
import { jsonBody, pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { productId, putProductBody } from "../contract.ts";
import { awsStock } from "../store/aws-stock.ts";
import { productView, type Stock } from "../store/stock.ts";

/** What this handler needs from the outside. */
export interface Deps {
  set: Stock["set"];
  now(): Date;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const id = pathParameter(event, "productId", productId);
    const { stock } = jsonBody(event, putProductBody);
    const product = await deps.set(id, stock, deps.now().toISOString());
    console.info({ event: "stock_set", productId: id, stock });
    return { status: 200, body: productView(product) };
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of `PUT /products/{productId}`. */
export const handler = (event: APIGatewayProxyEvent) => {
  live ??= createHandler({ set: awsStock().set, now: () => new Date() });
  return live(event);
};
