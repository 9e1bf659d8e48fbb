import type { Clock } from "../../kernel/clock.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { keepText } from "./kept-text.ts";
import { StatesError } from "./states-error.ts";

/** One event as GetExecutionHistory gives it; its details are under a member named after its type. */
export interface HistoryEvent {
  /** Epoch seconds. */
  timestamp: number;
  type: string;
  id: number;
  previousEventId: number;
  [details: `${string}EventDetails`]: Record<string, unknown>;
}

// AWS ends an execution whose history is full; the last place is for the event that reports it.
const MAX_EVENTS = 25_000;
const EXECUTION_DATA = new Set(["input", "inputDetails", "output", "outputDetails", "parameters"]);

/** What happened in one execution, in order. */
export class History {
  readonly events: HistoryEvent[];
  readonly #clock: Clock;
  readonly #onEvent: ((event: HistoryEvent) => void) | undefined;

  constructor(clock: Clock, onEvent?: (event: HistoryEvent) => void, events: HistoryEvent[] = []) {
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.events = events;
  }

  /**
   * Adds an event and returns its id.
   *
   * @throws StatesError when the history is full, which a state cannot handle on AWS.
   */
  add(type: string, previousEventId: number, details?: Record<string, unknown>): number {
    if (this.events.length >= MAX_EVENTS - 1) {
      throw new StatesError(
        "States.Runtime",
        `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
      );
    }
    return this.#put(type, previousEventId, details);
  }

  /** What a state took or gave, from the event of its entry or exit. */
  dataOf(id: number): unknown {
    const event = this.events[id - 1];
    const { input, output } = (event ? detailsOf(event) : {}) as Record<string, string | undefined>;
    const text = String(input ?? output);
    const data = parseJson(text);
    keepText(data, text);
    return data;
  }

  /** What a task was called with, from the event that scheduled it. */
  payloadOf(id: number): unknown {
    const event = this.events[id - 1];
    const { input, parameters } = (event ? detailsOf(event) : {}) as Record<string, string>;
    return parseJson(String(input ?? parameters));
  }

  /** When an event came, in milliseconds since the epoch. */
  timeOf(id: number): number {
    return Math.round((this.events[id - 1]?.timestamp ?? 0) * 1000);
  }

  /** Adds the execution's last event. */
  close(type: string, previousEventId: number, details: Record<string, unknown>): void {
    this.#put(type, previousEventId, details);
  }

  #put(type: string, previousEventId: number, details?: Record<string, unknown>): number {
    const id = this.events.length + 1;
    const event: HistoryEvent = {
      timestamp: this.#clock.now() / 1000,
      type,
      id,
      previousEventId,
    };
    if (details) event[detailsMember(type)] = details;
    this.events.push(event);
    this.#onEvent?.(event);
    return id;
  }
}

/** The details of an event, empty where its type has none. */
export function detailsOf(event: HistoryEvent): Record<string, unknown> {
  return event[detailsMember(event.type)] ?? {};
}

/** The details without the states' inputs and outputs. */
export function withoutExecutionData(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !EXECUTION_DATA.has(name)));
}

/** The event without the states' inputs and outputs. */
export function eventWithoutData(event: HistoryEvent): HistoryEvent {
  const member = detailsMember(event.type);
  const details = event[member];
  return details ? { ...event, [member]: withoutExecutionData(details) } : event;
}

/** `input` with the note that AWS adds to it. */
export function inputDetails(json: string): Record<string, unknown> {
  return { input: json, inputDetails: { truncated: false } };
}

/** `output` with the note that AWS adds to it. */
export function outputDetails(json: string): Record<string, unknown> {
  return { output: json, outputDetails: { truncated: false } };
}

/** `error` and `cause`, each only where there is one. */
export function errorDetails(error?: string, cause?: string): Record<string, unknown> {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

function detailsMember(type: string): `${string}EventDetails` {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
