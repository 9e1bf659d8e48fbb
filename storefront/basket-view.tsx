import { useState } from "preact/hooks";
import { type BasketLine, totalOf } from "./basket.ts";
import { money } from "./money.ts";

/** The cards of the simulated payment provider. */
const CARDS = [
  { token: "tok_visa", label: "Visa ending in 4242" },
  { token: "tok_declined", label: "A card that is declined" },
  { token: "tok_high_risk", label: "A card that is too risky" },
];

interface BasketViewProps {
  lines: readonly BasketLine[];
  email: string;
  /** Why the last attempt was refused. */
  problem: string | undefined;
  onQuantity(productId: string, quantity: number): void;
  onEmail(email: string): void;
  onOrder(paymentToken: string): void;
}

/** The basket, and the form that orders what is in it. */
export function BasketView(props: BasketViewProps) {
  const { lines, email, problem, onQuantity, onEmail, onOrder } = props;
  const [card, setCard] = useState(CARDS[0]?.token ?? "");
  const [first] = lines;
  if (!first) return <p class="hint">Your basket is empty.</p>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onOrder(card);
      }}
    >
      <ul class="lines" aria-label="Basket">
        {lines.map(({ product, quantity }) => {
          const { productId, name = productId, price, currency, stock } = product;
          return (
            <li key={productId}>
              <span>{name}</span>
              <input
                type="number"
                min="0"
                max={stock}
                value={quantity}
                aria-label={`Quantity of ${name}`}
                onInput={(event) => onQuantity(productId, event.currentTarget.valueAsNumber)}
              />
              <span class="price">{money(price * quantity, currency)}</span>
            </li>
          );
        })}
      </ul>
      <p class="total">
        Total <strong>{money(totalOf(lines), first.product.currency)}</strong>
      </p>
      <label>
        E-mail
        <input
          type="email"
          required
          autocomplete="email"
          value={email}
          onInput={(event) => onEmail(event.currentTarget.value)}
        />
      </label>
      <label>
        Card
        <select value={card} onChange={(event) => setCard(event.currentTarget.value)}>
          {CARDS.map(({ token, label }) => (
            <option key={token} value={token}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="primary">
        Order and pay
      </button>
    </form>
  );
}
