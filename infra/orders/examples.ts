import type * as v from "valibot";
import { details } from "../../handlers/shared/contract.ts";
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

/** Errors of every operation with a body. */
export const bodyProblems = {
  invalid_json: details.notJson,
  validation_failed: details.oneFieldInvalid,
  payload_too_large: details.bodyTooLarge,
  unsupported_media_type: details.mediaType,
};

/** The header that makes a repeated request the same order. */
export function keyHeader(schema: v.GenericSchema<string>): OtherParameter {
  return { name: "Idempotency-Key", in: "header", required: false, schema };
}
