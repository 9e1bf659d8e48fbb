import type { Timer } from "../../kernel/clock.ts";
import type { Environment, RuntimeFailure } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { LogWriter } from "./log-writer.ts";

/** One environment of a function, with its logs. It handles one event at a time. */
export interface Seat {
  readonly environment: Environment;
  readonly logs: LogWriter;
  readonly definition: FunctionDefinition;
  /** On the clock of durations. */
  readonly openedAt: number;
  /** How long it took to start; undefined until it has, and for ever where it never did. */
  initMs?: number;
  /** Why it could not start. */
  failure?: RuntimeFailure;
  /** Whether it has had an event. */
  used: boolean;
  /** Ends it where it has no event for long. */
  retire?: Timer;
  /** When it had its last event. */
  idleSince: number;
}
