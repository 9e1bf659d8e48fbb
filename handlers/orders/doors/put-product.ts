import type { APIGatewayProxyEvent } from "aws-lambda";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { jsonBody, pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { productId, putProductBody } from "../contract.ts";
import { productView } from "../rules/product.ts";
import { ordersTable } from "../store/orders-table.ts";
import { type Products, products } from "../store/products.ts";

export interface Deps {
  set: Products["set"];
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

/** Lambda entry point of `PUT /products/{productId}`. */
export const handler = lambdaHandler(() =>
  createHandler({ set: products(ordersTable()).set, now: () => new Date() }),
);
