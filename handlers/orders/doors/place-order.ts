import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { fingerprint } from "../../shared/canonical-json.ts";
import { details } from "../../shared/contract.ts";
import { correlationId } from "../../shared/correlation-id.ts";
import { requireEnv } from "../../shared/env.ts";
import { HttpError } from "../../shared/http-error.ts";
import { idempotencyKey } from "../../shared/idempotency-key.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { invalidBody, jsonBody } from "../../shared/request.ts";
import { respond } from "../../shared/respond.ts";
import { orderBody } from "../contract.ts";
import { fromMinor } from "../rules/money.ts";
import { newOrder } from "../rules/order.ts";
import { orderIntake, type TakeIn } from "../store/intake.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";

export interface Deps {
  takeIn: TakeIn;
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

    const { orderId, createdAt, status } = order;
    const response = {
      message: "Order accepted",
      orderId,
      status,
      totalAmount: fromMinor(order.totalMinor, order.currency),
      createdAt,
    };
    const nowSeconds = Math.floor(now.getTime() / 1000);
    const claim = key
      ? {
          // Keys of different callers never meet.
          scope: `orders#${event.requestContext.identity?.apiKeyId ?? "public"}`,
          key,
          nowSeconds,
          orderId,
          fingerprint: fingerprint(body),
          expiresAt: nowSeconds + deps.keptSeconds,
          response: JSON.stringify(response),
        }
      : undefined;
    const ids = {
      correlationId: order.correlationId,
      requestId: event.requestContext.requestId,
      idempotencyKey: key,
    };
    const intake = await deps.takeIn(order, claim);
    if (intake.outcome === "taken") {
      const { record } = intake;
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
    console.info({ event: "order_placed", orderId, ...ids });
    return { status: 201, body: response };
  });

/** Lambda entry point of the keyed `POST /orders`: the order is stored before it is answered. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  return {
    takeIn: orderIntake(ordersTable(), statusShards()),
    now: () => new Date(),
    newId: randomUUID,
    keptSeconds: Number(requireEnv("IDEMPOTENCY_HOURS")) * 3600,
  };
}
