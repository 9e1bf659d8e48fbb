import type { APIGatewayProxyEvent } from "aws-lambda";
import { HttpError } from "../../shared/http-error.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderDetails } from "../contract/details.ts";
import { productId } from "../contract/fields.ts";
import { productView } from "../rules/product.ts";
import { ordersTable } from "../store/orders-table.ts";
import { type Products, products } from "../store/products.ts";

export interface Deps {
  find: Products["find"];
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const product = await deps.find(pathParameter(event, "productId", productId));
    if (!product) throw new HttpError("not_found", orderDetails.noProduct);
    return { status: 200, body: productView(product) };
  });

/** Lambda entry point of `GET /products/{productId}`. */
export const handler = lambdaHandler(() => createHandler({ find: products(ordersTable()).find }));
