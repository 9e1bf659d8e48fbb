import type { Milestone, Outcome } from "local-aws/console";
import type { Order } from "../../handlers/orders/rules/order.ts";
import type { JourneyEvent } from "../journey/journey-event.ts";
import type { OrderRecords } from "../journey/timeline.ts";

/** How an order ended, or has not yet. */
export function outcomeOf(order: Pick<Order, "status"> | undefined): Outcome {
  if (order?.status === "COMPLETED") return "good";
  return order?.status === "FAILED" ? "bad" : "pending";
}

/** What matters of an order, in order: accepted, paid, confirmed, told. */
export function milestonesOf(
  { items }: Pick<OrderRecords, "items">,
  events: readonly JourneyEvent[],
): Milestone[] {
  const { order } = items;
  const outcome = outcomeOf(order);
  const atOf = (find: (event: JourneyEvent) => boolean) => events.find(find)?.at;
  const logged = (text: string) =>
    atOf(({ kind, what }) => kind === "version" && what.endsWith(text));
  const end = logged(outcome === "good" ? "order completed" : "order failed");
  const told = atOf(({ key }) => key === `letter:email:${order?.version}`);
  const isOver = outcome !== "pending";
  return [
    milestone(
      "accepted",
      "good",
      atOf(({ kind, key }) => kind === "accepted" || key === "v1"),
    ),
    ...payment(items, isOver, logged),
    isOver
      ? milestone(outcome === "good" ? "confirmed" : "rejected", outcome, end)
      : milestone("confirmed", "pending", undefined),
    told !== undefined || !isOver
      ? milestone("told", told === undefined ? "pending" : "good", told)
      : // Nobody to tell: the order names no address.
        milestone("told", order?.customerEmail ? "pending" : "skipped", undefined),
  ];
}

function payment(
  { charge, refund, order }: OrderRecords["items"],
  isOver: boolean,
  logged: (text: string) => number | undefined,
): Milestone[] {
  const at = logged("payment captured");
  if (charge?.state === "DECLINED") return [milestone("declined", "bad", Date.parse(charge.at))];
  if (refund) {
    return [
      milestone("paid", "good", at),
      milestone("refunded", "bad", logged("payment refunded") ?? Date.parse(refund.at)),
    ];
  }
  if (order?.paymentStatus === "CAPTURED") return [milestone("paid", "good", at)];
  return [milestone("paid", isOver ? "skipped" : "pending", undefined)];
}

function milestone(label: string, state: Milestone["state"], at: number | undefined): Milestone {
  return { label, state, ...(at !== undefined && { at }) };
}
