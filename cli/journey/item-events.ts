import type { LedgerEntry } from "../../handlers/orders/payment/simulated/ledger.ts";
import { type Currency, fromMinor } from "../../handlers/orders/rules/money.ts";
import type { JourneyEvent } from "./journey-event.ts";
import { letterText } from "./log-events.ts";
import type { OrderItems } from "./read-items.ts";

/** What the tables add to the logs: the payment provider's records, and letters without a log line. */
export function itemEvents(
  { charge, refund, letters }: OrderItems,
  logged: readonly JourneyEvent[],
): JourneyEvent[] {
  const events: JourneyEvent[] = [];
  if (charge) {
    const voided = charge.state === "VOIDED";
    const [key, state] = voided ? ["void", "RefundPayment"] : ["charge", "ChargePayment"];
    events.push(entryEvent(charge, `payment:${key}`, state));
  }
  if (refund) {
    events.push({
      ...entryEvent(refund, "payment:refund", "RefundPayment"),
      after: ["payment:charge"],
    });
  }
  for (const letter of letters) {
    const { channel, version, claimedAt, sentAt, suppressed } = letter;
    if (!sentAt && !suppressed) continue;
    const key = `letter:${channel}:${version}`;
    if (logged.some((event) => event.key === key)) continue;
    events.push({
      key,
      after: [`announced:${version}`],
      at: Date.parse(sentAt ?? claimedAt),
      kind: "letter",
      what: suppressed
        ? `${letterText({ ...letter })}; not sent: ${suppressed}`
        : `${letterText({ ...letter })}; recorded, and no log line of it`,
      where: "ordersTable",
    });
  }
  return events;
}

function entryEvent(
  { state: outcome, at, amountMinor, currency, token }: LedgerEntry,
  key: string,
  state: string,
): JourneyEvent {
  const sum = amountMinor === undefined ? "" : ` ${moneyText(amountMinor, currency)}`;
  const by = token ? ` with ${token}` : "";
  const what = `payment provider: ${outcome}${sum}${by}`;
  return {
    key,
    after: [],
    at: Date.parse(at),
    kind: "payment",
    state,
    what,
    where: "paymentsTable",
  };
}

/** An amount in units of its currency. */
export function moneyText(minor: number, currency = "EUR"): string {
  return `${fromMinor(minor, currency as Currency)} ${currency}`;
}
