import type { Rule } from "./rule.ts";

/** What happens to events between a bus and its targets, for metrics. */
export type EventStep =
  /** A PutEvents call was answered. */
  | { kind: "put"; entries: number; failed: number }
  /** An event matched these rules, or the one rule fell due. */
  | { kind: "triggered"; rules: readonly Rule[]; by: "pattern" | "schedule" }
  /** A target is about to be tried for the first time; it is `ageMs` since the bus took the event. */
  | { kind: "starting"; rule: Rule; ageMs: number }
  /** An attempt has ended; `retries` came before it. */
  | { kind: "attempted"; rule: Rule; ageMs: number; retries: number; succeeded: boolean }
  /** There will be no more tries. */
  | { kind: "failed"; rule: Rule }
  | { kind: "dead-lettered"; rule: Rule }
  | { kind: "dead-letter-lost"; rule: Rule };
