import * as v from "valibot";
import { closedObject } from "../shared/closed-object.ts";
import { IDEMPOTENCY_KEY, PLAIN_ID } from "../shared/contract.ts";
import { type Currency, currencies, hasCents, MAX_AMOUNT } from "./rules/money.ts";

/** Maximum number of lines of an order. */
export const MAX_LINES = 100;

/** Sentences that the orders' APIs answer as a problem's detail. */
export const orderDetails = {
  noOrder: "There is no order with this id.",
  noOrderYet: "There is no order with this id; a new order can take a moment until it is stored.",
  noProduct: "The stock of this product is not tracked.",
  openKey:
    "Idempotency-Key must be one UUID, because nothing else tells the clients of this API apart.",
  prices: "A line's price is not the price of its product; read the product and order again.",
  pageToken: "nextToken must come from an earlier response for the same status.",
  orderId: "orderId must be a lowercase UUID",
  limit: "limit must be a whole number from 1 to 100",
} as const;

/** Public statuses of an order. */
export const orderStatuses = ["PENDING", "PROCESSING", "COMPLETED", "FAILED"] as const;

/** Public status of an order. */
export type OrderStatus = (typeof orderStatuses)[number];

/** Why an order failed. */
export const failureReasons = [
  "idempotency_key_reused",
  "price_changed",
  "out_of_stock",
  "payment_declined",
  "payment_risk",
  "processing_error",
] as const;

/** Why an order failed. */
export type FailureReason = (typeof failureReasons)[number];

// Neither control characters, C0 and C1, nor two others that SQS does not accept; and not only white space. Each set is
// written out, as regular expressions of other languages have another idea of white space.
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff";
const SPACES = "\\u0020\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
const WELL_FORMED = new RegExp(`^[^${CONTROLS}]*[^${CONTROLS}${SPACES}][^${CONTROLS}]*$`);

// @__NO_SIDE_EFFECTS__
const text = (most: number) =>
  v.pipe(
    v.string("must be a string"),
    v.maxLength(most, `must be at most ${most} characters`),
    v.check((it) => WELL_FORMED.test(it), "must not be blank or contain control characters"),
    // For the documents: a check is nothing that a schema can say.
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

const customerId = id("Who orders.", "customer-1");

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

// @__NO_SIDE_EFFECTS__
const money = (least: number) =>
  v.pipe(
    v.number("must be a number"),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(MAX_AMOUNT, `must be at most ${MAX_AMOUNT}`),
    v.check(hasCents, "must have at most 2 decimals"),
  );

const amount = v.pipe(
  money(0.01),
  v.description("In units of the currency, not cents."),
  v.examples([99.99]),
);

const currency = v.pipe(
  v.picklist(
    Object.keys(currencies) as Currency[],
    `must be one of ${Object.keys(currencies).join(", ")}`,
  ),
  v.description("ISO 4217 code."),
  v.examples(["EUR"]),
);

const paymentToken = v.pipe(
  v.string("must be a string"),
  v.regex(/^tok_[a-z0-9_]{1,60}$/, "must be tok_ and 1 to 60 lowercase letters, digits, and _"),
  v.description("Token that the payment provider charges; tok_visa by default."),
  v.examples(["tok_visa"]),
);

const line = closedObject({
  productId,
  quantity: v.pipe(
    v.number("must be a number"),
    v.safeInteger("must be a whole number"),
    v.minValue(1, "must be at least 1"),
    v.maxValue(10_000, "must be at most 10000"),
  ),
  price: v.pipe(money(0), v.description("Of one unit."), v.examples([29.99])),
});

const address = closedObject({
  street: text(200),
  city: text(100),
  state: v.optional(text(100)),
  zipCode: text(20),
  country: text(100),
});

/** An order with lines. */
export const itemisedOrder = closedObject({
  customerId,
  customerEmail: email,
  items: v.pipe(
    v.array(line, "must be an array"),
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

const time = v.pipe(v.string(), v.isoTimestamp(), v.examples(["2026-11-21T09:30:00.000Z"]));
const totalAmount = v.pipe(
  v.number(),
  v.description("Sum of quantity × price over the lines, or the amount."),
  v.examples([109.97]),
);
const status = v.picklist(orderStatuses);

/** Answer of the keyed `POST /orders`. */
export const placeOrderAnswer = v.object({
  message: v.string(),
  orderId,
  status: v.literal("PENDING"),
  totalAmount,
  createdAt: time,
});

const failureReason = v.optional(
  v.pipe(v.picklist(failureReasons), v.description("Only of an order that is FAILED.")),
);

/** An order as the keyed API shows it. */
export const orderView = v.object({
  orderId,
  createdAt: time,
  updatedAt: time,
  status,
  customerId: v.optional(customerId),
  customerEmail: v.optional(v.string()),
  items: v.optional(v.array(line)),
  shippingAddress: v.optional(address),
  totalAmount,
  currency,
  failureReason,
});

/** Answer of `GET /orders`. */
export const listOrdersAnswer = v.object({
  orders: v.pipe(v.array(orderView), v.description("Newest first.")),
  count: v.pipe(v.number(), v.description("Orders on this page.")),
  filter: v.object({ status: v.optional(status) }),
  nextToken: v.optional(
    v.pipe(v.string(), v.description("Gives the next page; absent on the last one.")),
  ),
});

/** Query parameter `status` of `GET /orders`. */
export const statusParameter = v.pipe(
  v.picklist(orderStatuses, `must be one of ${orderStatuses.join(", ")}`),
  v.description("Only orders with this status."),
  v.examples(["PENDING"]),
);

/** Query parameter `limit` of `GET /orders`. */
export const limitParameter = v.pipe(
  v.string(),
  v.regex(/^([1-9][0-9]?|100)$/, "must be a whole number from 1 to 100"),
  v.transform(Number),
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(100),
  v.description("Maximum number of entries on the page; 50 by default."),
  v.examples([50]),
);

/** Query parameter `nextToken` of `GET /orders`. */
export const nextTokenParameter = v.pipe(
  v.string(),
  v.description("nextToken of an earlier response for the same status."),
  v.examples(["eyJzIjoiUEVORElORyJ9.c2lnbmF0dXJl"]),
);

/** Header of the keyed `POST /orders` and `POST /orders/direct`. */
export const orderKeyParameter = v.pipe(
  v.string(),
  v.regex(IDEMPOTENCY_KEY),
  v.description("The same key with the same body is the same order, for 24 hours."),
  v.examples(["7f9c2ba4-e88f-11ee-a951-0242ac120002"]),
);

const UUID = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

/** Header of the open `POST /orders`. */
export const openOrderKeyParameter = v.pipe(
  v.string(),
  v.regex(UUID),
  v.description(
    "A UUID. The same key with the same body is the same order, for 24 hours. With a different body, the order that " +
      "comes later ends as FAILED with the reason idempotency_key_reused.",
  ),
  v.examples(["7f9c2ba4-e88f-11ee-a951-0242ac120002"]),
);

/** Answer of the HTTP API's `POST /orders`. */
export const acceptOrderAnswer = v.object({ orderId });

/** An order as the open HTTP API shows it. */
export const orderStatusView = v.object({
  orderId,
  amount: v.number(),
  currency,
  status,
  createdAt: time,
  failureReason,
});

/** Answer of `POST /orders/direct`. */
export const directOrderAnswer = v.object({
  orderId: v.pipe(v.string(), v.description("Id of the order, once it is stored.")),
  messageId: v.pipe(v.string(), v.description("Id of the message that carries it.")),
});

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

/** Answer of the open `GET /products`. */
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

/** Input of the order workflow. */
export const orderRun = v.object({
  orderId,
  createdAt: v.pipe(v.string(), v.isoTimestamp("must be a time such as 2026-11-21T09:30:00.000Z")),
});
