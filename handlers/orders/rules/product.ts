import type { Order } from "./order.ts";

/** Stock of a product, in units: free to be ordered, held for orders in progress, sold. */
export interface Product {
  productId: string;
  free: number;
  held: number;
  sold: number;
}

/** How many units of a product an order takes. */
export interface Pieces {
  productId: string;
  quantity: number;
}

/** A product as the API shows it. */
export function productView({ productId, free, held, sold }: Product) {
  return { productId, stock: free, held, sold };
}

/** Units by product, with the lines of one product added up. */
export function piecesOf({ items = [] }: Pick<Order, "items">): Pieces[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}
