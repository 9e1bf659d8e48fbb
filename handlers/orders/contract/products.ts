import * as v from "valibot";
import { closedObject } from "../../shared/closed-object.ts";
import { PLAIN_ID } from "../../shared/contract.ts";
import { currency, money, productId, text } from "./fields.ts";

/** Body of `PUT /products/{id}`. */
export const putProductBody = closedObject({
  stock: v.pipe(
    v.number("must be a number"),
    v.safeInteger("must be a whole number"),
    v.minValue(0, "must be at least 0"),
    v.maxValue(1_000_000_000, "must be at most 1000000000"),
    v.description("Units that can be ordered from now on."),
    v.examples([10]),
  ),
  price: v.optional(
    v.pipe(
      money(0),
      v.description(
        "Of one unit. From then on the lines of orders must have this price. Without it, the price stays as it is.",
      ),
      v.examples([29.99]),
    ),
  ),
  currency: v.optional(currency, "EUR"),
  name: v.optional(
    v.pipe(
      text(100),
      v.description("What customers read. Without it, the name stays as it is."),
      v.examples(["Blue mug"]),
    ),
  ),
});

const offer = {
  productId,
  name: v.optional(v.pipe(v.string(), v.description("What customers read."))),
  stock: v.pipe(v.number(), v.description("Units that can be ordered.")),
  price: v.optional(v.pipe(v.number(), v.description("Of one unit; absent without a price."))),
  currency: v.optional(currency),
};

/** Response of the open `GET /products`. */
export const listProductsAnswer = v.object({
  products: v.pipe(v.array(v.object(offer)), v.description("By id.")),
  next: v.optional(
    v.pipe(
      v.string(),
      v.description("Value of `after` for the next page; absent on the last one."),
    ),
  ),
});

/** Query parameter `after` of `GET /products`. */
export const afterProductParameter = v.pipe(
  v.string(),
  v.regex(PLAIN_ID.pattern, PLAIN_ID.rule),
  v.description("Only products whose ids follow this one."),
  v.examples(["mug-blue"]),
);

/** A product as the API shows it. */
export const productView = v.object({
  ...offer,
  held: v.pipe(v.number(), v.description("Units that are held for orders in progress.")),
  sold: v.pipe(v.number(), v.description("Units that completed orders have bought.")),
});
