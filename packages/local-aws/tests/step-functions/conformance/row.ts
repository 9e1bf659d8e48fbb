import type { StateMachineDefinition } from "../../../src/services/step-functions/asl-types.ts";

/** What a state machine does with an input, in our own words. */
export interface MachineRow {
  what: string;
  /** Where it is documented or was recorded on AWS. */
  source: string;
  definition: StateMachineDefinition;
  input?: unknown;
  /** The output. */
  gives?: unknown;
  /** The error's name and cause. */
  fails?: { error: string; cause?: string };
  /** Types of the events. */
  events?: string[];
  /** The events with the ids of those that they follow, e.g. `MapStateStarted<2`. */
  follows?: string[];
}
