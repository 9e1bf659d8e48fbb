import * as v from "valibot";
import { closedObject } from "../../shared/closed-object.ts";
import { PLAIN_ID } from "../../shared/contract.ts";
import { type Currency, currencies, hasCents, MAX_AMOUNT } from "../rules/money.ts";

// Neither control characters, C0 and C1, nor two others that SQS does not accept; and not only white space. Each set is
// written out, as regular expressions of other languages have another idea of white space.
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff";
const SPACES = "\\u0020\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
const WELL_FORMED = new RegExp(`^[^${CONTROLS}]*[^${CONTROLS}${SPACES}][^${CONTROLS}]*$`);

/** A string of at most so many characters, neither blank nor with control characters. */
// @__NO_SIDE_EFFECTS__
export const text = (most: number) =>
  v.pipe(
    v.string("must be a string"),
    v.maxLength(most, `must be at most ${most} characters`),
    v.check((it) => WELL_FORMED.test(it), "must not be blank or contain control characters"),
    // For the documents: a JSON schema cannot express a check.
    v.metadata({ pattern: WELL_FORMED.source }),
  );

// @__NO_SIDE_EFFECTS__
const id = (what: string, example: string) =>
  v.pipe(
    v.string("must be a string"),
    v.regex(PLAIN_ID.pattern, PLAIN_ID.rule),
    v.description(what),
    v.examples([example]),
  );

/** A customer's id. */
export const customerId = id("Who orders.", "customer-1");

/** A product's id. */
export const productId = id("What is ordered.", "mug-blue");

/** An order's id. */
export const orderId = v.pipe(
  v.string("must be a string"),
  v.regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    "must be a lowercase UUID",
  ),
  v.description("The order's id."),
  v.examples(["5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f"]),
);

/** An amount of money, in units of the currency and at least so much. */
// @__NO_SIDE_EFFECTS__
export const money = (least: number) =>
  v.pipe(
    v.number("must be a number"),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(MAX_AMOUNT, `must be at most ${MAX_AMOUNT}`),
    v.check(hasCents, "must have at most 2 decimals"),
  );

/** A currency that orders can be in. */
export const currency = v.pipe(
  v.picklist(
    Object.keys(currencies) as Currency[],
    `must be one of ${Object.keys(currencies).join(", ")}`,
  ),
  v.description("ISO 4217 code."),
  v.examples(["EUR"]),
);

/** One line of an order. */
export const orderLine = closedObject({
  productId,
  quantity: v.pipe(
    v.number("must be a number"),
    v.safeInteger("must be a whole number"),
    v.minValue(1, "must be at least 1"),
    v.maxValue(10_000, "must be at most 10000"),
  ),
  price: v.pipe(money(0), v.description("Of one unit."), v.examples([29.99])),
});

/** A postal address. */
export const address = closedObject({
  street: text(200),
  city: text(100),
  state: v.optional(text(100)),
  zipCode: text(20),
  country: text(100),
});

/** A time, as responses have it. */
export const time = v.pipe(v.string(), v.isoTimestamp(), v.examples(["2026-11-21T09:30:00.000Z"]));
