import type { OrderBody, Product } from "./api.ts";

/** How many of each product a visitor wants, by its id. */
export type Basket = Readonly<Record<string, number>>;

/** One product of the basket, as it is in the catalogue. */
export interface BasketLine {
  product: Product & { price: number; currency: string };
  quantity: number;
}

/** What a visitor tells of themselves at the checkout. */
export interface Visitor {
  customerId: string;
  customerEmail: string;
  paymentToken: string;
}

/** The most of one product that an order may have. */
const MAX_QUANTITY = 10_000;

/** The basket with so many of a product; none removes it. */
export function withQuantity(basket: Basket, productId: string, quantity: number): Basket {
  const { [productId]: _, ...others } = basket;
  const whole = Math.min(MAX_QUANTITY, Math.floor(quantity) || 0);
  return whole > 0 ? { ...others, [productId]: whole } : others;
}

/** The lines that can be ordered; what has left the catalogue, or has no price, is left out. */
export function linesOf(basket: Basket, products: readonly Product[]): BasketLine[] {
  return products.flatMap((product) => {
    const quantity = basket[product.productId];
    if (quantity === undefined || !isPriced(product)) return [];
    return [{ product, quantity }];
  });
}

/** Whether a product can be bought at all. */
export function isPriced(product: Product): product is BasketLine["product"] {
  return product.price !== undefined && product.currency !== undefined;
}

/** What the lines cost together, in the currency's unit. */
export function totalOf(lines: readonly BasketLine[]): number {
  // In cents, as a sum of decimal fractions would be off.
  const cents = lines.reduce(
    (sum, { product, quantity }) => sum + Math.round(product.price * 100) * quantity,
    0,
  );
  return cents / 100;
}

/** The order for these lines. @throws Error when their currencies differ: an order has one. */
export function orderOf(lines: readonly BasketLine[], visitor: Visitor): OrderBody {
  const [first] = lines;
  if (!first) throw new Error("The basket is empty.");
  const { currency } = first.product;
  if (lines.some(({ product }) => product.currency !== currency)) {
    throw new Error("Products in different currencies cannot be in one order.");
  }
  const items = lines.map(({ product: { productId, price }, quantity }) => ({
    productId,
    quantity,
    price,
  }));
  return { ...visitor, items, currency };
}
