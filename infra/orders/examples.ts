import type * as v from "valibot";
import type { OtherParameter } from "../aws/openapi/api-description.ts";

/** An order that the documents show. */
export const exampleOrder = {
  customerId: "customer-1",
  customerEmail: "ada@example.com",
  items: [
    { productId: "mug-blue", quantity: 2, price: 29.99 },
    { productId: "poster", quantity: 1, price: 49.99 },
  ],
  currency: "EUR",
};

/** Its id. */
export const exampleOrderId = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";

/** What every operation with a body may answer. */
export const bodyProblems = {
  invalid_json: "The body cannot be read: it is not JSON.",
  validation_failed: "1 field is invalid",
  payload_too_large: "The body must be at most 262144 bytes.",
  unsupported_media_type: "The body must be application/json in UTF-8.",
};

/** The header with which the same request is the same order. */
export function keyHeader(schema: v.GenericSchema<string>): OtherParameter {
  return { name: "Idempotency-Key", in: "header", required: false, schema };
}

/** What is said of a key that is none. */
export const badKey =
  "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.";
