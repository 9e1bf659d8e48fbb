import type { Bar } from "local-aws/console";
import { isExpressEvent } from "../express-events.ts";
import type { JourneyEvent, JourneyKind } from "../journey-event.ts";
import type { BarSources } from "./bar-sources.ts";

// Events that have bars of their own.
const SPANS: JourneyKind[] = [
  "request",
  "invocation",
  "run",
  "run-ended",
  "state",
  "retry",
  "message",
];
// What people can do without, as a rule.
const MINOR: JourneyKind[] = ["version", "step", "payment", "accepted"];
const BAD: JourneyKind[] = ["message-failed", "set-aside", "parked", "retry", "run-ended"];

/** What happened at a moment: changes of the order, entries of the payment provider, letters. */
export function noticeBars({ events }: BarSources, worked: readonly Bar[]): Bar[] {
  return events
    .filter(({ kind, key }) => !SPANS.includes(kind) || isExpressEvent(key))
    .map((event): Bar => {
      const { key, at, kind, what, where, state } = event;
      return {
        key: `notice:${key}`,
        where,
        label: kind,
        waitingFrom: at,
        from: at,
        to: at,
        tone: BAD.includes(kind) ? "bad" : kind === "refused" ? "refused" : "notice",
        what,
        minor: MINOR.includes(kind),
        depth: depthOf(event, worked),
        ...(state !== undefined && { state }),
        lines: [],
      };
    });
}

/** Below the bar that it happened within. */
function depthOf({ at, where, state }: JourneyEvent, worked: readonly Bar[]): number {
  const around = worked.find(
    (bar) =>
      bar.from <= at &&
      (bar.to ?? at) >= at &&
      (bar.where === where || (state !== undefined && bar.state === state)),
  );
  return (around?.depth ?? 0) + 1;
}
