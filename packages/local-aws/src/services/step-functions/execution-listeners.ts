import type { MachineOutcome } from "./execution.ts";
import type { LogSink } from "./execution-log.ts";

/** What a listener gets about an execution that ended. Dates are epoch seconds, as the API gives them. */
export interface EndedExecution {
  stateMachineArn: string;
  executionArn: string;
  status: MachineOutcome["status"];
  startDate: number;
  stopDate: number;
  error?: string;
  cause?: string;
}

/** Listeners for executions. */
export interface ExecutionListeners {
  logs?: LogSink;
  onExecutionStarted?: (stateMachineArn: string, executionArn: string) => void;
  onExecutionEnded?: (execution: EndedExecution) => void;
}
