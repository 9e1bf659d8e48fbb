import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { parsed } from "../dlq/find-text.ts";
import type { JourneyEvent } from "./journey-event.ts";
import { oneLine } from "./log-events.ts";
import type { Run } from "./read-runs.ts";

/** The state in which a failed refund waits for an operator. */
const PARKING = "ParkRefund";

/** How a run ended, by the last event of its history. */
export const ENDS: Record<string, string> = {
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

type Told = Omit<JourneyEvent, "after" | "where" | "key">;

/** What the workflow's runs did: their states, each attempt that failed, and how they ended. */
export function runEvents(runs: readonly Run[], where: string): JourneyEvent[] {
  return runs.flatMap((run, index) => eventsOfRun(run, index + 1, where));
}

function eventsOfRun({ name, history }: Run, number: number, where: string): JourneyEvent[] {
  const events: JourneyEvent[] = [];
  const add = (event: Told & { key?: string }) => {
    const previous = events.at(-1)?.key;
    const after = previous ? [previous] : number > 1 ? [`run:${number - 1}:end`] : [];
    const key = event.key ?? `run:${number}:${events.length}`;
    events.push({ where, after, ...event, key });
  };
  for (const [index, event] of history.entries()) {
    const at = timeOf(event);
    const rest = history.slice(index + 1);
    const entered = event.stateEnteredEventDetails;
    const failure = failureOf(event);
    if (event.type === "ExecutionStarted") {
      add({ key: `run:${number}`, at, kind: "run", what: `${name} started` });
    } else if (entered) {
      add(stateEvent(event, String(entered.name), rest));
    } else if (failure !== undefined) {
      add(attemptEvent(event, failure, history.slice(0, index), rest));
    } else if (event.type && event.type in ENDS) {
      const took = at - timeOf(history[0] ?? event);
      const why = endOf(event);
      const what = `${name} ${ENDS[event.type]} after ${duration(took)}${why ? `: ${why}` : ""}`;
      add({ key: `run:${number}:end`, at, kind: "run-ended", what });
    }
  }
  return events;
}

function stateEvent(event: HistoryEvent, name: string, rest: readonly HistoryEvent[]): Told {
  const at = timeOf(event);
  const end = rest.findIndex(
    ({ stateExitedEventDetails }) => stateExitedEventDetails?.name === name,
  );
  const exit = end < 0 ? undefined : rest[end];
  const next = rest.slice(end + 1).find((one) => one.stateEnteredEventDetails);
  const nextName = end < 0 ? undefined : next?.stateEnteredEventDetails?.name;
  const took = exit ? duration(timeOf(exit) - at) : undefined;
  if (name === PARKING) {
    const reason = errorIn(parsed(event.stateEnteredEventDetails?.input ?? "{}"), "stuck");
    const wait = took ? `parked for ${took}` : "parked, and waiting for a person";
    return { at, kind: "parked", state: name, what: `${wait}${reason ? `: ${reason}` : ""}` };
  }
  if (event.type === "ChoiceStateEntered") {
    return { at, kind: "state", state: name, what: `${name} → ${nextName ?? "undecided"}` };
  }
  if (event.type !== "TaskStateEntered") return { at, kind: "state", state: name, what: name };
  const within = end < 0 ? untilNextState(rest) : rest.slice(0, end);
  const attempts = within.filter(({ type }) => /Scheduled$/.test(type ?? "")).length;
  const tries = attempts > 1 ? `, ${attempts} attempts` : "";
  const ended = took ?? (next ? "failed" : "not over");
  const refusal = refusalIn(within);
  return { at, kind: "state", state: name, what: `${name}: ${ended}${tries}${refusal}` };
}

function refusalIn(within: readonly HistoryEvent[]): string {
  const output = within.at(-1)?.taskSucceededEventDetails?.output;
  const value = parsed(output ?? "null") as { Payload?: { refusal?: unknown } } | null;
  const refusal = value?.Payload?.refusal;
  return typeof refusal === "string" && refusal !== "none" ? `, refuses: ${refusal}` : "";
}

function attemptEvent(
  event: HistoryEvent,
  failure: string,
  before: readonly HistoryEvent[],
  rest: readonly HistoryEvent[],
): Told {
  const at = timeOf(event);
  const entry = before.findLastIndex((one) => one.stateEnteredEventDetails);
  const state = before[entry]?.stateEnteredEventDetails?.name;
  const attempt = before.slice(entry).filter(({ type }) => /Scheduled$/.test(type ?? "")).length;
  const following = rest.find(
    ({ type = "" }) => /(Scheduled|StateEntered)$/.test(type) || type.startsWith("Execution"),
  );
  const again = following && /Scheduled$/.test(following.type ?? "");
  const went = following?.stateEnteredEventDetails?.name;
  const then = again
    ? `; next after ${duration(timeOf(following) - at)}`
    : went
      ? `; goes on to ${went}`
      : "";
  return { at, kind: "retry", what: `${state}, attempt ${attempt}: ${failure}${then}` };
}

function untilNextState(rest: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const end = rest.findIndex((one) => one.stateEnteredEventDetails);
  return end < 0 ? rest : rest.slice(0, end);
}

/** Error and cause of an attempt that failed, on one line. */
function failureOf(event: HistoryEvent): string | undefined {
  const details =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails;
  return details && errorText(details);
}

function endOf(event: HistoryEvent): string | undefined {
  const details =
    event.executionFailedEventDetails ??
    event.executionTimedOutEventDetails ??
    event.executionAbortedEventDetails;
  return details && errorText(details);
}

function errorIn(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found = (value as Record<string, unknown>)[name];
  if (typeof found !== "object" || found === null) return undefined;
  const { Error: error, Cause: cause } = found as { Error?: string; Cause?: string };
  return errorText({ error, cause });
}

/** Error and cause as text. A cause is Lambda's error as JSON, or text. */
export function errorText({
  error,
  cause,
}: {
  error?: string | undefined;
  cause?: string | undefined;
}): string {
  const value = cause === undefined ? undefined : parsed(cause);
  const message =
    typeof value === "object" && value !== null && "errorMessage" in value
      ? String(value.errorMessage)
      : cause;
  return oneLine([error, message].filter(Boolean).join(": ")) || "no reason given";
}

/** A duration, formatted. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function timeOf({ timestamp }: HistoryEvent): number {
  return timestamp?.getTime() ?? 0;
}
