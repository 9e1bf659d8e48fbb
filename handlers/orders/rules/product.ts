import type { FieldError } from "../../shared/contract.ts";
import { type Currency, fromMinor } from "./money.ts";
import type { Order, OrderLine } from "./order.ts";

/** Stock of a product, in units: free to be ordered, held for orders in progress, sold; its price and name, if it has them. */
export interface Product {
  productId: string;
  name?: string;
  free: number;
  held: number;
  sold: number;
  price?: Price;
}

/** Price of one unit, in the currency's minor unit. */
export interface Price {
  priceMinor: number;
  currency: Currency;
}

/** How many units of a product an order takes. */
export interface Pieces {
  productId: string;
  quantity: number;
}

/** A product as the API shows it. */
export function productView(product: Product) {
  const { held, sold } = product;
  return { ...offerView(product), held, sold };
}

/** The public view of a product: its price, and how many can be ordered. */
export function offerView({ productId, name, free, price }: Product) {
  return {
    productId,
    ...(name && { name }),
    stock: free,
    ...(price && {
      price: fromMinor(price.priceMinor, price.currency),
      currency: price.currency,
    }),
  };
}

/** Units by product, with the lines of one product added up. */
export function piecesOf({ items = [] }: Pick<Order, "items">): Pieces[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}

/**
 * What is wrong with the prices of an order's lines; empty if each line has its product's price. `unpricedProducts`:
 * whether products without a price may be ordered, at the price that the client names.
 */
export function priceErrors(
  { items = [], currency }: Pick<Order, "items" | "currency">,
  products: ReadonlyMap<string, Pick<Product, "price">>,
  unpricedProducts: boolean,
): FieldError[] {
  return items.flatMap((line, index) => {
    const message = priceMismatch(line, currency, products.get(line.productId), unpricedProducts);
    return message ? [{ pointer: `/items/${index}/price`, code: "price", message }] : [];
  });
}

function priceMismatch(
  { productId, priceMinor }: OrderLine,
  currency: Currency,
  product: Pick<Product, "price"> | undefined,
  unpricedProducts: boolean,
): string | undefined {
  const price = product?.price;
  if (!price)
    return unpricedProducts
      ? undefined
      : `must be of a product with a price; ${productId} has none`;
  if (price.priceMinor === priceMinor && price.currency === currency) return undefined;
  return `must be ${fromMinor(price.priceMinor, price.currency)} ${price.currency}, the price of ${productId}`;
}
