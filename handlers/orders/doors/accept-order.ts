import { randomUUID } from "node:crypto";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as v from "valibot";
import { fingerprint } from "../../shared/canonical-json.ts";
import { correlationId } from "../../shared/correlation-id.ts";
import { requireEnv } from "../../shared/env.ts";
import { HttpError } from "../../shared/http-error.ts";
import { idempotencyKey } from "../../shared/idempotency-key.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { stringAttributes } from "../../shared/message-attributes.ts";
import { invalidBody, jsonBody } from "../../shared/request.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import { respond } from "../../shared/respond.ts";
import { orderDetails } from "../contract/details.ts";
import { type OrderBody, orderBody } from "../contract/order-body.ts";
import { openOrderKeyParameter } from "../contract/parameters.ts";
import { unstoredOrderMessage } from "../queue/message.ts";
import { newOrder, type OrderOrigin, orderIdFor } from "../rules/order.ts";

export interface Deps {
  /** Puts an order on the queue. */
  send(
    body: OrderBody,
    origin: OrderOrigin & { door: "http" },
    key: string | undefined,
  ): Promise<void>;
  now(): Date;
  newId(): string;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEventV2) =>
  respond(event, async () => {
    const key = openKey(event);
    const body = jsonBody(event, orderBody);
    const origin = {
      // Nothing is stored here, so the id itself is what makes a repeated request the same order.
      orderId: key ? orderIdFor(`orders-http#${key}#${fingerprint(body)}`) : deps.newId(),
      createdAt: deps.now().toISOString(),
      door: "http",
      correlationId: correlationId(event),
    } as const;
    const { errors } = newOrder(body, origin);
    if (errors) throw invalidBody(errors);
    await deps.send(body, origin, key);
    const { orderId } = origin;
    console.info({
      event: "order_accepted",
      orderId,
      correlationId: origin.correlationId,
      requestId: event.requestContext.requestId,
      idempotencyKey: key,
    });
    return { status: 202, body: { orderId }, headers: { Location: `orders/${orderId}` } };
  });

/**
 * The request's key in lower case. Nothing but the key tells the clients of this API apart, so it must be hard to guess:
 * a UUID.
 */
function openKey(event: APIGatewayProxyEventV2): string | undefined {
  const key = idempotencyKey(event);
  if (key === undefined) return undefined;
  if (v.is(openOrderKeyParameter, key)) return key.toLowerCase();
  throw new HttpError("idempotency_key_invalid", orderDetails.openKey);
}

/** Lambda entry point of the HTTP API's `POST /orders`: the order is on the queue before the response. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const QueueUrl = requireEnv("ORDERS_QUEUE_URL");
  const sqs = new SQSClient(REQUEST_LIMITS);
  return {
    now: () => new Date(),
    newId: randomUUID,
    send: async (body, origin, key) => {
      const MessageAttributes = stringAttributes(unstoredOrderMessage(origin, key));
      const MessageBody = JSON.stringify(body);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    },
  };
}
