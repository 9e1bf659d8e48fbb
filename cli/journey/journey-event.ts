/** What kind of thing happened to an order. */
export type JourneyKind =
  | "request"
  | "invocation"
  | "accepted"
  | "replayed"
  | "message"
  | "message-failed"
  | "set-aside"
  | "version"
  | "step"
  | "refused"
  | "run"
  | "state"
  | "retry"
  | "parked"
  | "payment"
  | "announced"
  | "letter"
  | "reconciled"
  | "run-ended";

/** One thing that happened to an order. */
export interface JourneyEvent {
  /** Names the event within its journey. */
  key: string;
  /** Keys of the events without which this one would not be; keys that no event has are ignored. */
  after: string[];
  /** Epoch milliseconds. */
  at: number;
  kind: JourneyKind;
  what: string;
  /** The function, API, workflow or table that reports it, by its name in the stack output where it has one. */
  where: string;
  /** The workflow's state that it is, or that it is the work of. */
  state?: string;
}
