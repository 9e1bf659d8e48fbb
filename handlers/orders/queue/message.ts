import * as v from "valibot";
import { isCorrelationId } from "../../shared/correlation-id.ts";
import { check } from "../../shared/field-errors.ts";
import { idempotencyKey } from "../../shared/idempotency-key.ts";
import { parseStrictJson } from "../../shared/strict-json.ts";
import { type OrderBody, orderBody, orderRun } from "../contract.ts";
import type { OrderOrigin } from "../rules/order.ts";

/** A message that no attempt can make sense of. */
export class Poison extends Error {
  override readonly name = "Poison";
}

/** An order on its way to the table: its body is the message's, and what belongs to it are attributes. */
export interface UnstoredOrder {
  kind: "unstored";
  body: OrderBody;
  origin: OrderOrigin;
  /** Whose key it is, and the key. */
  key?: { scope: string; key: string };
}

/** An order that is stored, by its id. */
export interface StoredOrder {
  kind: "stored";
  orderId: string;
  createdAt: string;
}

/** What a message belongs to, as far as it says so itself. */
export interface MessageIds {
  orderId?: string;
  correlationId?: string;
  idempotencyKey?: string;
}

type Attributes = Record<string, string | undefined>;

/**
 * What a message of the orders queue says.
 *
 * @throws Poison saying what is wrong with it, without repeating what was sent.
 */
export function readOrderMessage(
  text: string,
  attributes: Attributes,
): UnstoredOrder | StoredOrder {
  const value = parsed(text);
  if (attributes["door"] === undefined) {
    const { orderId, createdAt } = fitting(orderRun, value);
    return { kind: "stored", orderId, createdAt };
  }
  const origin = readOrigin(attributes);
  const sent = attributes["idempotencyKey"];
  const key = sent === undefined ? undefined : readKey(sent);
  const scope = `orders-direct#${attributes["caller"] ?? "public"}`;
  const body = fitting(orderBody, value);
  return { kind: "unstored", body, origin, ...(key && { key: { scope, key } }) };
}

/** What a message says that it belongs to, for the log: also where it makes no sense otherwise. Never throws. */
export function idsInMessage(text: string, attributes: Attributes): MessageIds {
  const unstored = attributes["door"] !== undefined;
  const orderId = idIn(unstored ? attributes : attempt(() => parsed(text)));
  const given = attributes["correlationId"] ?? "";
  const correlationId = isCorrelationId(given) ? given : unstored ? orderId : undefined;
  const sent = attributes["idempotencyKey"];
  const idempotencyKey = sent === undefined ? undefined : attempt(() => readKey(sent));
  return {
    ...(orderId && { orderId }),
    ...(correlationId && { correlationId }),
    ...(idempotencyKey && { idempotencyKey }),
  };
}

function idIn(value: unknown): string | undefined {
  const checked = v.safeParse(v.object({ orderId: orderRun.entries.orderId }), value);
  return checked.success ? checked.output.orderId : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Poison) return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  // What the gateway leaves of bytes that are not UTF-8.
  if (text.includes("\uFFFD")) throw new Poison("invalid_json: it is not UTF-8");
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw new Poison(`invalid_json: ${(error as Error).message}`);
  }
}

function fitting<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const checked = check(schema, value);
  if (!checked.errors) return checked.value;
  const mistakes = checked.errors.map(
    ({ pointer, message }) => `${pointer || "the body"} ${message}`,
  );
  throw new Poison(`validation_failed: ${mistakes.join("; ")}`);
}

const originSchema = v.object({
  door: v.picklist(["http", "direct"], "must be http or direct"),
  orderId: orderRun.entries.orderId,
  createdAt: v.pipe(v.string(), v.regex(/^\d{13}$/, "must be milliseconds since 1970")),
});

function readOrigin(attributes: Attributes): OrderOrigin {
  const { door, orderId, createdAt } = fitting(originSchema, attributes);
  const { correlationId = orderId } = attributes;
  return {
    door,
    orderId,
    createdAt: new Date(Number(createdAt)).toISOString(),
    correlationId: isCorrelationId(correlationId) ? correlationId : orderId,
  };
}

function readKey(sent: string): string | undefined {
  try {
    return idempotencyKey({ headers: { "idempotency-key": sent } });
  } catch (error) {
    throw new Poison(`idempotency_key_invalid: ${(error as Error).message}`);
  }
}
