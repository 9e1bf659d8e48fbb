import type { Facts, OrderItem } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

/** M1 to M6 and S1: money and goods go together. */
export function judgeMoney(facts: Facts, verdict: Verdict): void {
  for (const order of facts.orders.values()) judgeOrder(facts, verdict, order);
  for (const id of facts.ledger.keys()) {
    const [, orderId] = /^(?:charge|refund)-(.*)$/.exec(id) ?? [];
    if (!orderId) continue;
    verdict.check(
      "M1",
      facts.orders.has(orderId),
      { orderId },
      `${id} is in the books for no order`,
    );
  }
}

function judgeOrder(facts: Facts, verdict: Verdict, order: OrderItem): void {
  const { orderId, status, paymentStatus, stockStatus, totalMinor } = order;
  const about = { orderId };
  const charge = facts.ledger.get(`charge-${orderId}`);
  const refund = facts.ledger.get(`refund-${orderId}`);
  const captured = charge?.state === "CAPTURED" ? (charge.amountMinor ?? 0) : 0;
  const refunded = refund?.state === "REFUNDED" ? (refund.amountMinor ?? 0) : 0;
  const books = `${captured} of ${totalMinor} captured, ${refunded} refunded, ${paymentStatus} ${stockStatus}`;
  verdict.check("M1", captured === 0 || captured === totalMinor, about, books);
  verdict.check("M2", refunded <= captured, about, books);
  if (status === "COMPLETED") {
    const isPaid = captured - refunded === totalMinor && paymentStatus === "CAPTURED";
    verdict.check("M3", isPaid && stockStatus === "SOLD", about, books);
  }
  if (status === "FAILED") {
    const isWhole = captured - refunded === 0 && paymentStatus !== "CAPTURED";
    verdict.check("M4", isWhole && stockStatus !== "HELD", about, books);
  }
  verdict.check("M5", paymentStatus !== "REFUND_PENDING", about, "its refund is still pending");
  const seen = facts.versions.get(orderId) ?? [];
  const isOpen = seen.every(
    (one) => one.paymentStatus !== "REFUND_PENDING" || one.status === "PROCESSING",
  );
  verdict.check("M5", isOpen, about, "it ended with its refund pending");
  const fence = seen.findIndex((one) => one.paymentStatus === "REFUND_PENDING");
  if (fence >= 0) {
    verdict.saw("an order was compensated");
    const isLate = seen
      .slice(fence)
      .some((one) => one.stockStatus === "SOLD" || one.paymentStatus === "CAPTURED");
    verdict.check("M6", !isLate, about, "a forward step took effect after the fence");
  }
  const isCalledOff = charge?.state === "VOIDED" && paymentStatus === "CAPTURED";
  verdict.check("M6", !isCalledOff, about, "a voided charge counts as captured");
  if (refunded > 0) verdict.saw("money was given back");
  verdict.check("S1", !(stockStatus === "SOLD" && refunded > 0), about, "sold and refunded");
}
