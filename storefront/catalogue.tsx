import type { Product } from "./api.ts";
import { type Basket, isPriced } from "./basket.ts";
import { money } from "./money.ts";

interface CatalogueProps {
  /** Undefined while they load. */
  products: readonly Product[] | undefined;
  basket: Basket;
  onAdd(productId: string): void;
}

/** What can be bought, and how much of it is left. */
export function Catalogue({ products, basket, onAdd }: CatalogueProps) {
  if (!products) return <p role="status">Loading the products…</p>;
  if (products.length === 0) {
    return (
      <section class="empty">
        <h2>There is nothing to buy yet</h2>
        <p>Fill the catalogue with a few sample products:</p>
        <pre>npm run products -- sample</pre>
      </section>
    );
  }
  return (
    <ul class="products" aria-label="Products">
      {products.map((product) => (
        <ProductCard
          key={product.productId}
          product={product}
          wanted={basket[product.productId] ?? 0}
          onAdd={onAdd}
        />
      ))}
    </ul>
  );
}

interface ProductCardProps {
  product: Product;
  /** How many are in the basket. */
  wanted: number;
  onAdd(productId: string): void;
}

function ProductCard({ product, wanted, onAdd }: ProductCardProps) {
  const { productId, name = productId, stock } = product;
  const soldOut = stock === 0;
  const action = wanted > 0 ? `Add another (${wanted})` : "Add to basket";
  return (
    <li class="product">
      <Swatch productId={productId} />
      <h2>{name}</h2>
      <p class="price">
        {isPriced(product) ? money(product.price, product.currency) : "Not for sale yet"}
      </p>
      <p class={soldOut ? "stock gone" : "stock"}>{stockText(stock)}</p>
      <button
        type="button"
        disabled={soldOut || !isPriced(product) || wanted >= stock}
        onClick={() => onAdd(productId)}
        aria-label={`${action}: ${name}`}
      >
        {action}
      </button>
    </li>
  );
}

function stockText(stock: number): string {
  if (stock === 0) return "Sold out";
  return stock <= 5 ? `Only ${stock} left` : "In stock";
}

/** A drawing in the place of a photograph, in a colour of its own for each product. */
function Swatch({ productId }: { productId: string }) {
  const hue = [...productId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return (
    <svg class="swatch" viewBox="0 0 120 72" aria-hidden="true">
      <rect width="120" height="72" fill={`hsl(${hue} 45% 86%)`} />
      <circle cx="60" cy="38" r="20" fill={`hsl(${hue} 45% 52%)`} />
      <rect x="48" y="14" width="24" height="10" rx="3" fill={`hsl(${hue} 40% 38%)`} />
    </svg>
  );
}
