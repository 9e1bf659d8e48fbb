import { randomUUID } from "node:crypto";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { correlationId } from "../../shared/correlation-id.ts";
import { requireEnv } from "../../shared/env.ts";
import { idempotencyKey } from "../../shared/idempotency-key.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { stringAttributes } from "../../shared/message-attributes.ts";
import { invalidBody, jsonBody } from "../../shared/request.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import { respond } from "../../shared/respond.ts";
import { type OrderBody, orderBody } from "../contract.ts";
import { unstoredOrderMessage } from "../queue/message.ts";
import { newOrder, type OrderOrigin, orderIdFor } from "../rules/order.ts";

export interface Deps {
  /** Puts an order on the queue. */
  send(body: OrderBody, origin: OrderOrigin & { door: "http" }): Promise<void>;
  now(): Date;
  newId(): string;
}

export const createHandler = (deps: Deps) => (event: APIGatewayProxyEventV2) =>
  respond(event, async () => {
    const key = idempotencyKey(event);
    const body = jsonBody(event, orderBody);
    const origin = {
      // This door stores nothing to look a key up in, so the id is derived from the key.
      orderId: key ? orderIdFor(`orders-http#${key}`) : deps.newId(),
      createdAt: deps.now().toISOString(),
      door: "http",
      correlationId: correlationId(event),
    } as const;
    const { errors } = newOrder(body, origin);
    if (errors) throw invalidBody(errors);
    await deps.send(body, origin);
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

/** Lambda entry point of the HTTP API's `POST /orders`: the order is on the queue before it is answered. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const QueueUrl = requireEnv("ORDERS_QUEUE_URL");
  const sqs = new SQSClient(REQUEST_LIMITS);
  return {
    now: () => new Date(),
    newId: randomUUID,
    send: async (body, origin) => {
      const MessageAttributes = stringAttributes(unstoredOrderMessage(origin));
      const MessageBody = JSON.stringify(body);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    },
  };
}
