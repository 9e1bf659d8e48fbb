import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { queryParameters } from "../../shared/query-parameters.ts";
import { respond } from "../../shared/respond.ts";
import { limitParameter } from "../contract/parameters.ts";
import { afterProductParameter } from "../contract/products.ts";
import { offerView } from "../rules/product.ts";
import { ordersTable } from "../store/orders-table.ts";
import { type Products, products } from "../store/products.ts";

export interface Deps {
  page: Products["page"];
}

const DEFAULT_LIMIT = 50;

// Stock changes with every order: a shop window may be a few seconds late, the order itself is checked.
const CACHE_CONTROL = "public, max-age=5, stale-while-revalidate=30";

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEventV2) =>
  respond(event, async () => {
    const { limit, after } = queryParameters(event, {
      limit: limitParameter,
      after: afterProductParameter,
    });
    const { products, next } = await deps.page(limit ?? DEFAULT_LIMIT, after);
    return {
      status: 200,
      body: { products: products.map(offerView), next },
      headers: { "Cache-Control": CACHE_CONTROL },
    };
  });

/** Lambda entry point of the HTTP API's `GET /products`, which needs no key: it shows what a shop window shows. */
export const handler = lambdaHandler(() => createHandler({ page: products(ordersTable()).page }));
