import { createHash } from "node:crypto";
import type { FieldError } from "../../shared/contract.ts";
import type { FailureReason, OrderBody, OrderStatus } from "../contract.ts";
import { type Currency, currencies, fromMinor, MOST_MINOR, toMinor } from "./money.ts";

/** How an order came in. */
export type Door = "rest" | "http" | "direct";

/** Where an order's money is. REFUND_PENDING means that it is on its way back, and that nothing may be sold for it. */
export type PaymentStatus = "NONE" | "CAPTURED" | "REFUND_PENDING" | "REFUNDED" | "VOIDED";

/** Where an order's pieces are. RELEASED also stands where none were held: nothing may be held any more. */
export type StockStatus = "NONE" | "HELD" | "SOLD" | "RELEASED";

/** One line, priced in the currency's smallest unit. */
export interface OrderLine {
  productId: string;
  quantity: number;
  priceMinor: number;
}

/** An order as it is stored. */
export interface Order {
  orderId: string;
  /** ISO 8601; minted once, at the door. */
  createdAt: string;
  updatedAt: string;
  status: OrderStatus;
  /** 1 at first; each change adds 1. */
  version: number;
  paymentStatus: PaymentStatus;
  stockStatus: StockStatus;
  door: Door;
  /** Of all that belongs to the same request. */
  correlationId: string;
  currency: Currency;
  totalMinor: number;
  customerId?: string;
  customerEmail?: string;
  items?: OrderLine[];
  shippingAddress?: Extract<OrderBody, { items: unknown }>["shippingAddress"];
  paymentToken?: string;
  /** Set where the payment provider thinks the payment risky. */
  paymentRisk?: "high";
  failureReason?: FailureReason;
}

/** What an order gets beside what was asked for. */
export type OrderOrigin = Pick<Order, "orderId" | "createdAt" | "door" | "correlationId">;

/** An order that may be stored, or what is wrong with the request. */
export type Priced =
  | { order: Order; errors?: undefined }
  | { order?: undefined; errors: FieldError[] };

/** The order that a request asks for. Totals are counted in the currency's smallest unit. */
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
  if (totalMinor > MOST_MINOR) {
    const most = fromMinor(MOST_MINOR, currency);
    const message = `must come to at most ${most} ${currency}`;
    errors.push({ pointer: "/items", code: "total_too_large", message });
  }
  if (new Set(items.map(({ productId }) => productId)).size > MOST_PRODUCTS) {
    const message = `must be of at most ${MOST_PRODUCTS} different products`;
    errors.push({ pointer: "/items", code: "too_many_products", message });
  }
  if (errors.length > 0) return { errors };
  return { order: { ...base, ...rest, items, totalMinor } };
}

// Their stock is held in one transaction, of at most 100 items: the order and its reservation are two of them.
const MOST_PRODUCTS = 98;

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

/** Where the index keeps orders of a status: spread over shards, so that one busy status does not cap the table. */
export function statusShard(status: OrderStatus, orderId: string, shards: number): string {
  const hash = createHash("sha256").update(orderId).digest().readUInt32BE();
  return `${status}#${hash % shards}`;
}

/** An order id that stands for a key: the same one for the same key. */
export function orderIdFor(scopedKey: string): string {
  const hash = createHash("sha256").update(scopedKey).digest("hex");
  // Version 8 of UUIDs is for values of one's own making (RFC 9562).
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-a$4-$5");
}
