/** Runs a state machine's definition in process, with tasks that a test answers. */
export type {
  ContextObject,
  StateMachineDefinition,
  TaskState,
} from "../services/step-functions/asl-types.ts";
export { type MachineOutcome, startMachine } from "../services/step-functions/execution.ts";
export { detailsOf, type HistoryEvent } from "../services/step-functions/history.ts";
export { StatesError } from "../services/step-functions/states-error.ts";
export { TaskTokens } from "../services/step-functions/task-tokens.ts";
export type { InvokeTask } from "../services/step-functions/thread.ts";
