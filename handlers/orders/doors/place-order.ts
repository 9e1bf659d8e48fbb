import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { fingerprint } from "../../shared/canonical-json.ts";
import { details, type FieldError } from "../../shared/contract.ts";
import { correlationId } from "../../shared/correlation-id.ts";
import { requireEnv } from "../../shared/env.ts";
import { HttpError } from "../../shared/http-error.ts";
import { idempotencyKey } from "../../shared/idempotency-key.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { invalidBody, jsonBody } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderDetails } from "../contract/details.ts";
import { orderBody } from "../contract/order-body.ts";
import { fromMinor } from "../rules/money.ts";
import { newOrder, type Order } from "../rules/order.ts";
import { piecesOf, priceErrors } from "../rules/product.ts";
import { type FindKey, findKey, type KeyClaim, orderIntake, type TakeIn } from "../store/intake.ts";
import { ordersTable } from "../store/orders-table.ts";
import { type Products, products } from "../store/products.ts";
import { statusShards } from "../store/status-shards.ts";

export interface Deps {
  takeIn: TakeIn;
  findKey: FindKey;
  /** The products of an order, by id. */
  findProducts: Products["findAll"];
  /** Whether products without a price may be ordered, at the price that the client names. */
  unpricedProducts: boolean;
  now(): Date;
  newId(): string;
  /** How long a key is remembered. */
  keptSeconds: number;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEvent) =>
  respond(event, async () => {
    const key = idempotencyKey(event);
    const body = jsonBody(event, orderBody);
    const now = deps.now();
    const origin = {
      orderId: deps.newId(),
      createdAt: now.toISOString(),
      door: "rest",
      correlationId: correlationId(event),
    } as const;
    const { order, errors } = newOrder(body, origin);
    if (errors) throw invalidBody(errors);
    const ids = {
      correlationId: order.correlationId,
      requestId: event.requestContext.requestId,
      idempotencyKey: key,
    };

    const { orderId, createdAt, status } = order;
    const response = {
      message: "Order accepted",
      orderId,
      status,
      totalAmount: fromMinor(order.totalMinor, order.currency),
      createdAt,
    };
    const requestedAt = Math.floor(now.getTime() / 1000);
    const endsAt = requestedAt + deps.keptSeconds;
    const claim = key
      ? {
          // Keys of different callers never meet.
          scope: `orders#${event.requestContext.identity?.apiKeyId ?? "public"}`,
          key,
          requestedAt,
          orderId,
          fingerprint: fingerprint(body),
          endsAt,
          expiresAt: endsAt,
          response: JSON.stringify(response),
        }
      : undefined;
    const wrongPrices = await pricesOf(deps, order);
    // A repeated request gets the first response, even if prices have changed since.
    const record =
      wrongPrices.length > 0
        ? claim && (await deps.findKey(claim))
        : await takenBy(deps, order, claim);
    if (record) {
      if (record.fingerprint !== claim?.fingerprint) {
        throw new HttpError("idempotency_key_reused", details.keyReused);
      }
      console.info({ event: "order_replayed", orderId: record.orderId, ...ids });
      return {
        status: 201,
        body: JSON.parse(record.response ?? "{}"),
        headers: { "Idempotent-Replayed": "true" },
      };
    }
    if (wrongPrices.length > 0) {
      throw new HttpError("price_changed", orderDetails.prices, { errors: wrongPrices });
    }
    console.info({ event: "order_placed", orderId, ...ids });
    return { status: 201, body: response };
  });

async function pricesOf(
  { findProducts, unpricedProducts }: Deps,
  order: Order,
): Promise<FieldError[]> {
  const products = await findProducts(piecesOf(order).map(({ productId }) => productId));
  return priceErrors(order, products, unpricedProducts);
}

/** Stores the order, or returns what is remembered of the earlier request that its key belongs to. */
async function takenBy({ takeIn }: Deps, order: Order, claim?: KeyClaim) {
  const intake = await takeIn(order, claim);
  return intake.outcome === "taken" ? intake.record : undefined;
}

/** Lambda entry point of the keyed `POST /orders`: the order is stored before the response. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  return {
    takeIn: orderIntake(table, statusShards()),
    findKey: findKey(table),
    findProducts: products(table).findAll,
    unpricedProducts: requireEnv("UNPRICED_PRODUCTS") === "true",
    now: () => new Date(),
    newId: randomUUID,
    keptSeconds: Number(requireEnv("IDEMPOTENCY_HOURS")) * 3600,
  };
}
