import type { OrderStatus } from "./api.ts";
import type { PlacedOrder } from "./memory.ts";
import { orderMessage } from "./messages.ts";
import { money } from "./money.ts";

const STEPS = ["Sent", "Accepted", "Paying", "Complete"];

interface OrderViewProps {
  order: PlacedOrder;
  /** Undefined until it is stored. */
  status: OrderStatus | undefined;
  onClose(): void;
}

/** How an order is doing, from the moment it is sent until it ends. */
export function OrderView({ order, status, onClose }: OrderViewProps) {
  const ended = status?.status === "COMPLETED" || status?.status === "FAILED";
  const failed = status?.status === "FAILED";
  const reached = stepOf(order, status);
  return (
    <section class={failed ? "order failed" : "order"} aria-labelledby="order-title">
      <h2 id="order-title">Your order</h2>
      <ol class="steps">
        {STEPS.map((step, index) => (
          <li key={step} class={index < reached ? "done" : index === reached ? "now" : ""}>
            {failed && index === reached ? "Failed" : step}
          </li>
        ))}
      </ol>
      <p class="message" role="status" data-status={status?.status ?? "SENT"}>
        {order.orderId ? orderMessage(status) : "We are sending your order."}
      </p>
      {status && (
        <p class="hint">
          {money(status.amount, status.currency)} · order {status.orderId}
        </p>
      )}
      {ended && (
        <button type="button" onClick={onClose}>
          {failed ? "Back to your basket" : "Continue shopping"}
        </button>
      )}
    </section>
  );
}

/** The step that the order is at. */
function stepOf({ orderId }: PlacedOrder, status: OrderStatus | undefined): number {
  if (status?.status === "COMPLETED") return STEPS.length;
  if (status?.status === "PROCESSING" || status?.status === "FAILED") return 2;
  return orderId ? 1 : 0;
}
