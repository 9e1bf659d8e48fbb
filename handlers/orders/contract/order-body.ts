import * as v from "valibot";
import { closedObject } from "../../shared/closed-object.ts";
import { address, currency, customerId, money, orderLine } from "./fields.ts";

/** Maximum number of lines of an order. */
export const MAX_LINES = 100;

// A pattern, and not a format, so that gateways check it too.
const EMAIL_ADDRESS =
  /^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+([.-][A-Za-z0-9]+)*\.[A-Za-z]{2,}$/;

const email = v.pipe(
  v.string("must be a string"),
  v.maxLength(254, "must be at most 254 characters"),
  v.regex(EMAIL_ADDRESS, "must be an e-mail address"),
  v.description("Where the customer is notified about the order."),
  v.examples(["ada@example.com"]),
);

const amount = v.pipe(
  money(0.01),
  v.description("In units of the currency, not cents."),
  v.examples([99.99]),
);

const paymentToken = v.pipe(
  v.string("must be a string"),
  v.regex(/^tok_[a-z0-9_]{1,60}$/, "must be tok_ and 1 to 60 lowercase letters, digits, and _"),
  v.description("Token that the payment provider charges; tok_visa by default."),
  v.examples(["tok_visa"]),
);

/** An order with lines. */
export const itemisedOrder = closedObject({
  customerId,
  customerEmail: email,
  items: v.pipe(
    v.array(orderLine, "must be an array"),
    v.minLength(1, "must have at least 1 line"),
    v.maxLength(MAX_LINES, `must have at most ${MAX_LINES} lines`),
  ),
  shippingAddress: v.optional(address),
  currency: v.optional(currency, "EUR"),
  paymentToken: v.optional(paymentToken),
});

/** An order of an amount, without lines. */
export const simpleOrder = closedObject({
  amount,
  currency,
  paymentToken: v.optional(paymentToken),
});

const eitherOrder = v.union([itemisedOrder, simpleOrder]);

// @__NO_SIDE_EFFECTS__
const byForm = (either: typeof eitherOrder): typeof eitherOrder => ({
  ...either,
  "~run": (dataset, config) => {
    const form = isSimple(dataset.value) ? simpleOrder : itemisedOrder;
    return form["~run"](dataset, config) as ReturnType<(typeof eitherOrder)["~run"]>;
  },
});

/** Body of `POST /orders`, in either form. Errors are reported for the form that the body is closer to. */
export const orderBody = byForm(eitherOrder);

/** Body of `POST /orders`. */
export type OrderBody = v.InferOutput<typeof orderBody>;

function isSimple(value: unknown): boolean {
  if (typeof value !== "object" || value === null || "items" in value) return false;
  return "amount" in value || !("customerId" in value || "customerEmail" in value);
}
