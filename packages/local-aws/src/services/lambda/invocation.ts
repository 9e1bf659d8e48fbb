import type { ConcurrencyInUse } from "./account-concurrency.ts";
import type { Outcome } from "./executor.ts";
import type { Turn, TurnRequest } from "./turn.ts";

/** One event for a function. */
export interface PoolJob {
  requestId: string;
  /** The event as JSON text. */
  event: string;
  /** X-Ray trace header. */
  trace: string;
  clientContext?: string | undefined;
  /** Whether the lines that it logs are wanted. */
  tail?: boolean;
}

/** How one event gets its turn. */
export interface InvokeRequest extends TurnRequest {
  /** Takes the turn that is reserved for it; undefined if there is none. */
  takeTurn?: (() => Turn | undefined) | undefined;
  /** Called when it has its turn. */
  onStarted?: (() => void) | undefined;
}

/** What came of one invocation. */
export interface Invocation {
  requestId: string;
  outcome: Outcome;
  durationMs: number;
  /** How long the environment took to start, where this invocation was its first. */
  initMs?: number;
  /** Whether the invocation waited for its environment to start. */
  cold: boolean;
  timedOut: boolean;
  /** What was in use once it had its place. */
  inUse: ConcurrencyInUse;
  /** What was logged, if it was requested. */
  lines?: string[];
}
