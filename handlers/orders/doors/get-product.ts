import type { APIGatewayProxyEvent } from "aws-lambda";
import { HttpError } from "../../shared/http-error.ts";
import { pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { productId } from "../contract.ts";
import { awsStock } from "../store/aws-stock.ts";
import { productView, type Stock } from "../store/stock.ts";

/** What this handler needs from the outside. */
export interface Deps {
  find: Stock["find"];
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const product = await deps.find(pathParameter(event, "productId", productId));
    if (!product) throw new HttpError("not_found", "The stock of this product is not tracked.");
    return { status: 200, body: productView(product) };
  });

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of `GET /products/{productId}`. */
export const handler = (event: APIGatewayProxyEvent) => {
  live ??= createHandler({ find: awsStock().find });
  return live(event);
};
