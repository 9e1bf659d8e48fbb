import { isWronglyPriced, STOCK } from "../workload.ts";
import type { Facts, OrderItem } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

// What the payment provider refuses on its own.
const REFUSING = /^tok_(declined|error|high_risk|refund_error|refund_refused)$/;
const REFUSED = /^(payment_declined|payment_risk|processing_error)$/;
/** How often the workflow tries a step that goes forward, before it turns back. */
const FORWARD_TRIES = 10;

/** T1: only what a client or a bank did fails an order, or so many faults that no number of tries would help. */
export function judgeFailures(facts: Facts, verdict: Verdict): void {
  for (const order of facts.orders.values()) {
    if (order.status === "FAILED") judgeFailure(facts, verdict, order);
    if (order.status === "COMPLETED") judgeSale(facts, verdict, order);
  }
}

function judgeFailure(
  { byMail, ledger, evidence }: Facts,
  verdict: Verdict,
  order: OrderItem,
): void {
  const { orderId, failureReason = "nothing", customerEmail = "" } = order;
  const it = byMail.get(customerEmail)?.plan;
  if (!it) return;
  const about = { orderId };
  if (failureReason === "idempotency_key_reused") {
    const what = "it failed for its key, which came with one body only";
    verdict.check("T1", it.reuse, about, what);
    return;
  }
  if (failureReason === "out_of_stock") {
    const isScarce = it.product in STOCK && !/^(plenty|priced)$/.test(it.product);
    verdict.check("T1", isScarce, about, `${it.product} was out of stock`);
    return;
  }
  if (failureReason === "price_changed") {
    const what = `${it.product} was refused at its price`;
    verdict.check("T1", isWronglyPriced(it), about, what);
    return;
  }
  const isRefused = REFUSING.test(it.token) && REFUSED.test(failureReason);
  // Not every fault names the order that it hits, e.g. one of a read of products.
  const isWorn =
    evidence.plan.happened.filter(
      ({ subject, point }) => subject === orderId && /workflow|lambda/.test(point),
    ).length >= FORWARD_TRIES || triesThatFailed(evidence, orderId) >= FORWARD_TRIES;
  const state = ledger.get(`charge-${orderId}`)?.state;
  const what = `a good sale (${it.token}) failed: ${failureReason}, ${state}`;
  verdict.check("T1", isRefused || isWorn, about, what);
}

/** How many tries of its workflow's steps failed, as the workflows have logged it. */
function triesThatFailed({ world }: Facts["evidence"], orderId: string): number {
  return world.lines.filter(
    ({ message }) => /"type":"Task(Failed|TimedOut)"/.test(message) && message.includes(orderId),
  ).length;
}

function judgeSale({ byMail }: Facts, verdict: Verdict, order: OrderItem): void {
  const it = byMail.get(order.customerEmail ?? "")?.plan;
  if (!it) return;
  const isBad = /^tok_(declined|high_risk)$/.test(it.token);
  const about = { orderId: order.orderId };
  verdict.check("M3", !isBad, about, `a bad sale (${it.token}) was completed`);
  if (isWronglyPriced(it)) {
    verdict.check("M3", false, about, `${it.product} was sold for ${it.priceCents} cents`);
  }
}
