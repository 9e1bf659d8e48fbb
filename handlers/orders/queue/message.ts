import * as v from "valibot";
import { isCorrelationId } from "../../shared/correlation-id.ts";
import { check, textOf } from "../../shared/field-errors.ts";
import { idempotencyKey } from "../../shared/idempotency-key.ts";
import { parseStrictJson } from "../../shared/strict-json.ts";
import { orderId } from "../contract/fields.ts";
import { type OrderBody, orderBody } from "../contract/order-body.ts";
import type { OrderOrigin } from "../rules/order.ts";
import {
  type StoredOrderBody,
  storedOrderBody,
  type UnstoredOrderAttributes,
  unstoredOrderAttributes,
} from "./contract.ts";

/** A message that no attempt can process. Its message is the reason, and contains nothing that was sent. */
export class Poison extends Error {
  override readonly name = "Poison";
}

/** An order that is not stored yet. */
export interface UnstoredOrder {
  kind: "unstored";
  body: OrderBody;
  origin: OrderOrigin;
  /** The client's idempotency key; keys of different scopes never meet. */
  key?: { scope: string; key: string };
}

/** An order that is stored, by its id. */
export interface StoredOrder extends StoredOrderBody {
  kind: "stored";
}

/** Ids in a message, for the log. */
export interface MessageIds {
  orderId?: string;
  correlationId?: string;
  idempotencyKey?: string;
}

/** The order in a message, or why it cannot be processed; in both cases the ids that can be read. */
export type ReadMessage = { ids: MessageIds } & (
  | { order: UnstoredOrder | StoredOrder; poison?: undefined }
  | { order?: undefined; poison: Poison }
);

type Attributes = Record<string, string | undefined>;

/** Reads a message of the orders queue. Never throws. */
export function readMessage(text: string, attributes: Attributes): ReadMessage {
  const body = attempt(() => parsed(text));
  const unstored = attributes["door"] !== undefined;
  const key = attempt(() => readKey(attributes["idempotencyKey"]));
  const ids = idsIn(unstored ? attributes : body.value, attributes, key.value);
  const order = attempt(() => {
    if (body.poison) throw body.poison;
    return unstored
      ? unstoredOrder(body.value, attributes, key)
      : ({ kind: "stored", ...fitting(storedOrderBody, body.value) } as const);
  });
  return order.poison ? { ids, poison: order.poison } : { ids, order: order.value };
}

/** The message that names a stored order. */
export function storedOrderMessage({ orderId, createdAt }: StoredOrderBody): string {
  return JSON.stringify({ orderId, createdAt } satisfies StoredOrderBody);
}

/** The attributes of the message that carries an order. */
export function unstoredOrderMessage(
  origin: OrderOrigin & { door: UnstoredOrderAttributes["door"] },
  idempotencyKey: string | undefined,
): Record<string, string> {
  const { door, orderId, createdAt, correlationId } = origin;
  return {
    door,
    orderId,
    createdAt: String(Date.parse(createdAt)),
    correlationId,
    ...(idempotencyKey && { idempotencyKey }),
  } satisfies UnstoredOrderAttributes;
}

type Attempt<T> = { value: T; poison?: undefined } | { value?: undefined; poison: Poison };

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Poison) return { poison: error };
    throw error;
  }
}

function idsIn(holder: unknown, attributes: Attributes, idempotencyKey?: string): MessageIds {
  const named = v.safeParse(v.object({ orderId }), holder);
  const id = named.success ? named.output.orderId : undefined;
  const given = attributes["correlationId"] ?? "";
  const fallback = holder === attributes ? id : undefined;
  const correlationId = isCorrelationId(given) ? given : fallback;
  return {
    ...(id && { orderId: id }),
    ...(correlationId && { correlationId }),
    ...(idempotencyKey && { idempotencyKey }),
  };
}

function unstoredOrder(
  value: unknown,
  attributes: Attributes,
  key: Attempt<string | undefined>,
): UnstoredOrder {
  const { door, orderId, createdAt, caller, correlationId } = fitting(
    unstoredOrderAttributes,
    attributes,
  );
  if (key.poison) throw key.poison;
  const body = fitting(orderBody, value);
  const origin = {
    door,
    orderId,
    createdAt: new Date(Number(createdAt)).toISOString(),
    correlationId: correlationId && isCorrelationId(correlationId) ? correlationId : orderId,
  };
  const scope = `orders-${door}#${caller ?? "public"}`;
  return { kind: "unstored", body, origin, ...(key.value && { key: { scope, key: key.value } }) };
}

function parsed(text: string): unknown {
  // The gateway replaces bytes that are not UTF-8 with this character.
  if (text.includes("\uFFFD")) throw new Poison("invalid_json: it is not UTF-8");
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw new Poison(`invalid_json: ${(error as Error).message}`);
  }
}

function fitting<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const checked = check(schema, value);
  if (checked.errors) throw new Poison(`validation_failed: ${textOf(checked.errors, "the body")}`);
  return checked.value;
}

function readKey(sent: string | undefined): string | undefined {
  if (sent === undefined) return undefined;
  try {
    return idempotencyKey({ headers: { "idempotency-key": sent } });
  } catch (error) {
    throw new Poison(`idempotency_key_invalid: ${(error as Error).message}`);
  }
}
