import type { APIGatewayProxyEvent } from "aws-lambda";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { invalidBody, jsonBody, pathParameter } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { productId } from "../contract/fields.ts";
import { putProductBody } from "../contract/products.ts";
import { type Currency, currencies, toMinor } from "../rules/money.ts";
import { type Price, productView } from "../rules/product.ts";
import { ordersTable } from "../store/orders-table.ts";
import { type Products, products } from "../store/products.ts";

export interface Deps {
  set: Products["set"];
  now(): Date;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const id = pathParameter(event, "productId", productId);
    const { stock: free, price: amount, currency, name } = jsonBody(event, putProductBody);
    const price = amount === undefined ? undefined : priceOf(amount, currency);
    const product = await deps.set(id, { free, price, name }, deps.now().toISOString());
    console.info({ event: "product_set", productId: id, stock: free, ...price });
    return { status: 200, body: productView(product) };
  });

function priceOf(amount: number, currency: Currency): Price {
  const priceMinor = toMinor(amount, currency);
  if (priceMinor !== undefined) return { priceMinor, currency };
  const message = `must have no more than ${currencies[currency]} decimals in ${currency}`;
  throw invalidBody([{ pointer: "/price", code: "decimals", message }]);
}

/** Lambda entry point of `PUT /products/{productId}`. */
export const handler = lambdaHandler(() =>
  createHandler({ set: products(ordersTable()).set, now: () => new Date() }),
);
