import type { Kernel } from "../../kernel/kernel.ts";
import type { MachineOutcome } from "./execution.ts";
import type { ExecutionListeners } from "./execution-listeners.ts";
import { errorDetails } from "./history.ts";
import type { StateMachine } from "./state-machine.ts";

/** An execution that has ended. Times are milliseconds since the epoch. */
interface Over {
  arn: string;
  machine: StateMachine;
  startedAt: number;
  stoppedAt: number;
}

const TRACE_NAMES = {
  SUCCEEDED: "Succeeded",
  FAILED: "Failed",
  TIMED_OUT: "TimedOut",
  ABORTED: "Aborted",
} as const;

/** Reports to the trace and every listener that an execution has ended. */
export function announceEnd(
  { trace }: Kernel,
  listeners: Iterable<ExecutionListeners>,
  { arn, machine, startedAt, stoppedAt }: Over,
  { status, error, cause }: MachineOutcome,
): void {
  trace.emit({
    from: machine.name,
    to: arn,
    kind: `states:Execution${TRACE_NAMES[status]}`,
    decision: status === "SUCCEEDED" ? "note" : "failed",
    ...((error || cause) && { detail: [error, cause].filter(Boolean).join(": ") }),
  });
  const ended = {
    stateMachineArn: machine.arn,
    executionArn: arn,
    status,
    startDate: startedAt / 1000,
    stopDate: stoppedAt / 1000,
    ...errorDetails(error, cause),
  };
  for (const { onExecutionEnded } of listeners) onExecutionEnded?.(ended);
}
