import { expressEvents } from "./express-events.ts";
import { itemEvents } from "./item-events.ts";
import type { JourneyEvent } from "./journey-event.ts";
import { logEvents } from "./log-events.ts";
import type { Lines } from "./log-line.ts";
import type { OrderItems } from "./read-items.ts";
import type { Run } from "./read-runs.ts";
import { runEvents } from "./run-events.ts";

/** Everything that is known of an order. */
export interface OrderRecords {
  orderId: string;
  items: OrderItems;
  lines: Lines;
  runs: Run[];
  /** Whether its workflow was an Express one: `runs` are what that handed over. */
  express: boolean;
  /** Whether the order began before the time that was searched. */
  unsearched: boolean;
}

// Clocks of different services may differ by so much.
const SKEW_MS = 1_000;

/** What happened to an order, causes before their effects. */
export function timeline({ orderId, items, lines, runs }: OrderRecords): JourneyEvent[] {
  const logged = logEvents(lines, orderId);
  const ran = [...runEvents(runs, "orderWorkflow"), ...expressEvents(lines.workflow, orderId)];
  const events = [...logged, ...ran, ...itemEvents(items, logged)];
  return inCausalOrder(linkToStates(linkRuns(events)));
}

/** Adds which message started the first run, and how the reconciler started later ones. */
function linkRuns(events: readonly JourneyEvent[]): JourneyEvent[] {
  const byTime = [...events].sort((a, b) => a.at - b.at);
  const message = byTime.find(({ kind }) => kind === "message")?.key;
  const reruns = byTime.filter(
    ({ kind, what }) => kind === "reconciled" && what.endsWith("run workflow again"),
  );
  return events.map((event) => {
    const number = event.kind === "run" ? Number(/^run:(\d+)$/.exec(event.key)?.[1]) : undefined;
    if (number === undefined) return event;
    const cause = number === 1 ? message : reruns[number - 2]?.key;
    const after = number === 1 ? [...event.after, "v1"] : event.after;
    return { ...event, after: cause ? [...after, cause] : after };
  });
}

/** Puts the work of a state after its beginning, and before the state that follows. */
function linkToStates(events: readonly JourneyEvent[]): JourneyEvent[] {
  const linked = events.map((event) => ({ ...event, after: [...event.after] }));
  const ofRuns = linked.filter(({ key }) => key.startsWith("run:"));
  for (const event of linked) {
    if (event.state === undefined || ofRuns.includes(event)) continue;
    const entries = ofRuns.filter(({ kind, state }) => kind === "state" && state === event.state);
    const entry = entries.findLast(({ at }) => at <= event.at) ?? entries[0];
    if (!entry) continue;
    event.after.push(entry.key);
    const next = ofRuns
      .slice(ofRuns.indexOf(entry) + 1)
      .find(({ kind }) => kind !== "retry" && kind !== "run");
    if (next && event.at <= next.at + SKEW_MS) next.after.push(event.key);
  }
  return linked;
}

/**
 * Events by time, and none before what caused it. A line may be written a moment after what it tells of, and clocks
 * differ: an event that is logged after its own effects happened no later than they did.
 */
export function inCausalOrder(events: readonly JourneyEvent[]): JourneyEvent[] {
  const keys = new Map(events.map((event) => [event.key, event]));
  const causesOf = (event: JourneyEvent) =>
    event.after.flatMap((key) => keys.get(key) ?? []).filter((cause) => cause !== event);
  const sorted: JourneyEvent[] = [];
  const waiting = new Set(events);
  while (waiting.size > 0) {
    const ready = [...waiting].filter((event) => !causesOf(event).some((one) => waiting.has(one)));
    // Causes that go round in a circle are no causes.
    const [next] = (ready.length > 0 ? ready : [...waiting]).sort((a, b) => a.at - b.at);
    if (!next) break;
    waiting.delete(next);
    sorted.push(next);
  }
  const times = new Map(events.map((event) => [event, event.at]));
  for (const event of sorted.toReversed()) {
    const at = times.get(event) ?? event.at;
    for (const cause of causesOf(event)) {
      if (sorted.indexOf(cause) > sorted.indexOf(event)) continue;
      times.set(cause, Math.min(times.get(cause) ?? cause.at, at));
    }
  }
  const position = new Map(sorted.map((event, index) => [event.key, index]));
  return sorted
    .map((event) => ({ ...event, at: times.get(event) ?? event.at }))
    .sort((a, b) => a.at - b.at || (position.get(a.key) ?? 0) - (position.get(b.key) ?? 0));
}
