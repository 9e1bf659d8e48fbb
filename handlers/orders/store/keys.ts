import { createHash } from "node:crypto";
import { ORDER_PREFIX } from "./contract.ts";

/*
 * The keys of every item in the orders' table. An order's item collection holds the order itself and what belongs to
 * it; only the order's own sort key begins with `ORDER#`, which is what the stream's reader filters by.
 */

/** Primary key of an item in the orders' table. */
export interface ItemKey {
  PK: string;
  SK: string;
}

/** Partition key of an order and of everything that belongs to it. */
export const orderPartition = (orderId: string): string => `${ORDER_PREFIX}${orderId}`;

const single = (key: string): ItemKey => ({ PK: key, SK: key });
const ofOrder = (orderId: string, SK: string): ItemKey => ({ PK: orderPartition(orderId), SK });

/** The order itself. */
export const orderKey = (orderId: string): ItemKey => single(orderPartition(orderId));

/** A second id under which an order can be read. */
export const aliasKey = (alias: string): ItemKey => ofOrder(alias, "ALIAS");

/** The units of stock that are held for an order. */
export const reservationKey = (orderId: string): ItemKey => ofOrder(orderId, "STOCK");

/** The mark of an order's announcements that were published. */
export const announcedKey = (orderId: string): ItemKey => ofOrder(orderId, "ANNOUNCED");

/** A letter to the customer about one version of an order. */
export const letterKey = (orderId: string, channel: string, version: number): ItemKey =>
  ofOrder(orderId, `NOTIFIED#${channel}#${version}`);

/** How many letters went to an address within an hour, e.g. `2026-11-21T09`. The address itself is not stored. */
export const letterCountKey = (channel: string, to: string, hour: string): ItemKey => ({
  PK: `LETTERS#${addressHash(channel, to)}`,
  SK: `HOUR#${hour}`,
});

/** The mark of an address that wants no more letters. */
export const stoppedKey = (channel: string, to: string): ItemKey => ({
  PK: `LETTERS#${addressHash(channel, to)}`,
  SK: "STOPPED",
});

/** A product's stock and price. */
export const productKey = (productId: string): ItemKey => single(`PRODUCT#${productId}`);

/** A product's entry in the catalogue, which lists the ids of all products. */
export const catalogueKey = (productId: string): ItemKey => ({ PK: CATALOGUE, SK: productId });

/** Partition key of the catalogue. */
export const CATALOGUE = "CATALOGUE";

/** What is remembered of a request with an `Idempotency-Key`. */
export const idempotencyRecordKey = (scope: string, key: string): ItemKey =>
  single(`IDEMPOTENCY#${scope}#${key}`);

/** The secret that page tokens are signed with. */
export const PAGE_TOKEN_SECRET_KEY: ItemKey = single("SECRET#page-token");

function addressHash(channel: string, to: string): string {
  return createHash("sha256").update(`${channel}#${to.toLowerCase()}`).digest("hex");
}

/** What an item beside an order is, by its sort key. */
export type OrderItemKind =
  | { kind: "order" | "announced" | "other" }
  | { kind: "letter"; channel: string; version: number };

/** Reads the sort key of an item in an order's partition. */
export function readSortKey(SK: string): OrderItemKind {
  const [kind, first = "", second] = SK.split("#");
  if (SK.startsWith(ORDER_PREFIX)) return { kind: "order" };
  if (kind === "ANNOUNCED") return { kind: "announced" };
  if (kind === "NOTIFIED") return { kind: "letter", channel: first, version: Number(second) };
  return { kind: "other" };
}
