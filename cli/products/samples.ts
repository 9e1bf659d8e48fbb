import type { ProductLine } from "./read-products.ts";

/** What `npm run products -- sample` puts into an empty shop. */
export const SAMPLES: ProductLine[] = [
  { line: 1, productId: "mug-blue", body: product("Blue mug", 24, 12.5) },
  { line: 2, productId: "mug-green", body: product("Green mug", 3, 12.5) },
  { line: 3, productId: "notebook", body: product("Notebook, dotted", 120, 9.9) },
  { line: 4, productId: "poster-harbour", body: product("Poster “Harbour at dawn”", 8, 29) },
  { line: 5, productId: "tea-assam", body: product("Assam tea, 100 g", 40, 7.25) },
  { line: 6, productId: "teapot", body: product("Teapot, cast iron", 0, 64) },
];

function product(name: string, stock: number, price: number) {
  return { name, stock, price, currency: "EUR" };
}
