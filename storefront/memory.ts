import type { OrderBody } from "./api.ts";
import type { Basket } from "./basket.ts";

/** An order that was sent, or is about to be: the key is kept, so that a reload sends the same order again. */
export interface PlacedOrder {
  key: string;
  body: OrderBody;
  /** Known once the shop has accepted the order. */
  orderId?: string;
}

/** What the browser remembers of a visitor across reloads. */
export interface Memory {
  basket: Basket;
  customerId: string;
  email: string;
  /** Undefined when no order is in progress. */
  order?: PlacedOrder | undefined;
}

/** The part of `localStorage` that is used. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

const ENTRY = "shop";

/** Reads what is remembered; what cannot be read is forgotten. */
export function recall(storage: Storage, newId: () => string): Memory {
  const fresh: Memory = { basket: {}, customerId: `web-${newId()}`, email: "" };
  try {
    const kept: unknown = JSON.parse(storage.getItem(ENTRY) ?? "{}");
    return isObject(kept) ? { ...fresh, ...kept } : fresh;
  } catch {
    return fresh;
  }
}

/** Remembers. A browser that lets nothing be stored still sells, until the page is closed. */
export function remember(storage: Storage, memory: Memory): void {
  try {
    storage.setItem(ENTRY, JSON.stringify(memory));
  } catch {
    // Private windows and full disks.
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
