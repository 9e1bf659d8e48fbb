import { createHash } from "node:crypto";
import type { FieldError } from "../../shared/contract.ts";
import type { OrderBody } from "../contract/order-body.ts";
import type { FailureReason, OrderStatus } from "../contract/status.ts";
import { type Currency, currencies, fromMinor, MAX_TOTAL_MINOR, toMinor } from "./money.ts";

/** The APIs that an order can be placed through. `http` needs no API key. */
export const doors = ["rest", "http", "direct"] as const;

/** The API that an order was placed through. */
export type Door = (typeof doors)[number];

/** State of an order's payment. REFUND_PENDING: a refund has begun, so the order can no longer be completed. */
export type PaymentStatus = "NONE" | "CAPTURED" | "REFUND_PENDING" | "REFUNDED" | "VOIDED";

/** State of an order's units. RELEASED: none are held, and none can be held any more. */
export type StockStatus = "NONE" | "HELD" | "SOLD" | "RELEASED";

/** One line, priced in the currency's minor unit. */
export interface OrderLine {
  productId: string;
  quantity: number;
  priceMinor: number;
}

/** An order as it is stored. */
export interface Order {
  orderId: string;
  /** ISO 8601; set once, by the API. */
  createdAt: string;
  updatedAt: string;
  status: OrderStatus;
  /** 1 for a new order; each change adds 1. */
  version: number;
  paymentStatus: PaymentStatus;
  stockStatus: StockStatus;
  door: Door;
  /** Marks everything that belongs to the same request. */
  correlationId: string;
  currency: Currency;
  totalMinor: number;
  customerId?: string;
  customerEmail?: string;
  items?: OrderLine[];
  shippingAddress?: Extract<OrderBody, { items: unknown }>["shippingAddress"];
  paymentToken?: string;
  /** Set when the payment provider rates the payment as risky. */
  paymentRisk?: "high";
  /** Set on an order that was accepted and then found to conflict: its workflow ends it with this reason. */
  conflict?: Extract<FailureReason, "idempotency_key_reused">;
  failureReason?: FailureReason;
  /** Why it was turned back: what it fails for, whichever execution of its workflow comes to that. */
  turnedBackFor?: FailureReason;
}

/** What an order has in addition to the request's body. */
export type OrderOrigin = Pick<Order, "orderId" | "createdAt" | "door" | "correlationId">;

/** A valid order, or what is wrong with the request. */
export type Priced =
  | { order: Order; errors?: undefined }
  | { order?: undefined; errors: FieldError[] };

/** The order of a request. Totals are in the currency's minor unit. */
export function newOrder(body: OrderBody, origin: OrderOrigin): Priced {
  const errors: FieldError[] = [];
  const minor = (amount: number, currency: Currency, pointer: string) => {
    const exact = toMinor(amount, currency);
    if (exact !== undefined) return exact;
    const message = `must have no more than ${currencies[currency]} decimals in ${currency}`;
    errors.push({ pointer, code: "decimals", message });
    return 0;
  };
  const { currency } = body;
  const base = {
    ...origin,
    updatedAt: origin.createdAt,
    status: "PENDING",
    version: 1,
    paymentStatus: "NONE",
    stockStatus: "NONE",
    currency,
  } as const;
  if ("amount" in body) {
    const { amount, paymentToken } = body;
    const totalMinor = minor(amount, currency, "/amount");
    if (errors.length > 0) return { errors };
    return { order: { ...base, totalMinor, ...(paymentToken && { paymentToken }) } };
  }
  const { items: lines, currency: _currency, ...rest } = body;
  const items = lines.map(({ productId, quantity, price }, index) => ({
    productId,
    quantity,
    priceMinor: minor(price, currency, `/items/${index}/price`),
  }));
  const totalMinor = items.reduce((sum, line) => sum + line.quantity * line.priceMinor, 0);
  if (totalMinor > MAX_TOTAL_MINOR) {
    const most = fromMinor(MAX_TOTAL_MINOR, currency);
    const message = `must total at most ${most} ${currency}`;
    errors.push({ pointer: "/items", code: "total_too_large", message });
  }
  if (new Set(items.map(({ productId }) => productId)).size > MAX_PRODUCTS) {
    const message = `must name at most ${MAX_PRODUCTS} different products`;
    errors.push({ pointer: "/items", code: "too_many_products", message });
  }
  if (errors.length > 0) return { errors };
  return { order: { ...base, ...rest, items, totalMinor } };
}

// Stock is held in one transaction of at most 100 items; the order and its reservation are two of them.
const MAX_PRODUCTS = 98;

/** An order as the keyed API shows it. */
export function orderView(order: Order) {
  const { items, currency } = order;
  return {
    orderId: order.orderId,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    status: order.status,
    customerId: order.customerId,
    customerEmail: order.customerEmail,
    items: items?.map(({ productId, quantity, priceMinor }) => ({
      productId,
      quantity,
      price: fromMinor(priceMinor, currency),
    })),
    shippingAddress: order.shippingAddress,
    totalAmount: fromMinor(order.totalMinor, currency),
    currency,
    failureReason: order.failureReason,
  };
}

/** The index's partition key: each status is spread over shards, so that a busy status is not limited to one partition. */
export function statusShard(status: OrderStatus, orderId: string, shards: number): string {
  const hash = createHash("sha256").update(orderId).digest().readUInt32BE();
  return `${status}#${hash % shards}`;
}

/** An order id that is derived from a key: the same key gives the same id. */
export function orderIdFor(scopedKey: string): string {
  const hash = createHash("sha256").update(scopedKey).digest("hex");
  // RFC 9562 reserves version 8 for custom values.
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-a$4-$5");
}
