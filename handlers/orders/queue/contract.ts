import * as v from "valibot";
import { orderId } from "../contract/fields.ts";
import { orderRun } from "../contract/order-run.ts";

/*
 * A message of the orders queue has one of two forms. Without attributes, it names an order that is stored. With the
 * attribute `door`, its body is the order as the client sent it, and its attributes say where it came from.
 */

/** Body of a message that names a stored order; it is the input of the order's workflow as well. */
export const storedOrderBody = orderRun;

/** Body of a message that names a stored order. */
export type StoredOrderBody = v.InferOutput<typeof storedOrderBody>;

/** Attributes of a message that carries an order that is not stored yet; all are strings. */
export const unstoredOrderAttributes = v.object({
  door: v.picklist(["http", "direct"], "must be http or direct"),
  orderId,
  createdAt: v.pipe(
    v.string("must be a string"),
    v.regex(/^\d{13}$/, "must be milliseconds since 1970"),
  ),
  correlationId: v.optional(v.string()),
  idempotencyKey: v.optional(v.string()),
  /** Id of the caller's API key. */
  caller: v.optional(v.string()),
});

/** Attributes of a message that carries an order that is not stored yet. */
export type UnstoredOrderAttributes = v.InferOutput<typeof unstoredOrderAttributes>;
