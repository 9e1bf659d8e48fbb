import type { MachineOutcome } from "./execution.ts";
import type { StateMachine } from "./state-machine.ts";

/** One execution, in progress or over. Times are milliseconds since the epoch. */
export interface ExecutionRecord {
  /** Counts up with each start. */
  order: number;
  arn: string;
  name: string;
  machine: StateMachine;
  status: MachineOutcome["status"] | "RUNNING";
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  startedAt: number;
  stoppedAt?: number;
  /** `X-Amzn-Trace-Id` that goes with the calls of its tasks. */
  traceHeader?: string;
}
