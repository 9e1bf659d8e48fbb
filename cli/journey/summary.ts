import { moneyText } from "./item-events.ts";
import type { JourneyEvent } from "./journey-event.ts";
import { duration } from "./run-events.ts";
import type { OrderRecords } from "./timeline.ts";

/** How an order's journey ended, in one line. */
export function summary(
  { items, runs, express }: OrderRecords,
  events: readonly JourneyEvent[],
): string {
  const { order } = items;
  const took = duration((events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0));
  const tries = attempts(events, runsText(runs.length, express));
  if (!order) {
    const aside = events.findLast(({ kind }) => kind === "set-aside");
    const state = aside ? "in the dead-letter queue, never stored" : "not stored yet";
    return `${state}; ${took}; ${tries}`;
  }
  const { status, failureReason, paymentStatus, stockStatus, totalMinor, currency } = order;
  const reason = failureReason ? ` (${failureReason})` : "";
  const money = `${moneyText(totalMinor, currency)} ${paymentStatus}`;
  return `${status}${reason}; money ${money}; stock ${stockStatus}; ${took}; ${tries}`;
}

/** Express executions are known by their steps alone; what they hand over to has runs. */
function runsText(runs: number, express: boolean): string {
  if (!express) return plural(runs, "run");
  return runs === 0 ? "Express workflow" : `Express workflow and ${plural(runs, "run")}`;
}

function attempts(events: readonly JourneyEvent[], runs: string): string {
  const count = (...kinds: JourneyEvent["kind"][]) =>
    events.filter(({ kind }) => kinds.includes(kind)).length;
  const failed = count("retry");
  return [
    plural(count("message", "message-failed", "set-aside"), "message attempt"),
    runs,
    failed === 0 ? "no failed step" : plural(failed, "failed step attempt"),
  ].join(", ");
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
