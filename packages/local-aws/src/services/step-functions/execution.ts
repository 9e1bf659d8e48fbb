import type { Clock } from "../../kernel/clock.ts";
import type { ContextObject, StateMachineDefinition } from "./asl-types.ts";
import {
  errorDetails,
  History,
  type HistoryEvent,
  inputDetails,
  outputDetails,
} from "./history.ts";
import { keepText, writeJson } from "./kept-text.ts";
import type { Place } from "./place.ts";
import { StatesError } from "./states-error.ts";
import { TaskTokens } from "./task-tokens.ts";
import { type InvokeTask, placeOf, type Thread } from "./thread.ts";
import { Walker } from "./walker.ts";

/** Everything that one execution of a machine depends on. */
export interface MachineOptions {
  definition: StateMachineDefinition;
  input: unknown;
  /** The input as it was written, for the history. */
  inputText?: string;
  invoke: InvokeTask;
  clock: Clock;
  random: () => number;
  newId: () => string;
  /** What `$$.Execution` shows; a test may leave it out. */
  execution?: { id: string; name: string; roleArn: string };
  /** What `$$.StateMachine` shows; a test may leave it out. */
  stateMachine?: { id: string; name: string };
  /** Tokens that `.waitForTaskToken` tasks wait for; share them to respond from outside. */
  tokens?: TaskTokens;
  /** @default "eu-central-1" */
  region?: string;
  /** Called with each event as it happens. */
  onEvent?: (event: HistoryEvent) => void;
  /** Called when its position changed without an event. */
  onMoved?: () => void;
  /** The position of an earlier process, to continue from there. */
  from?: { place: Place; events: readonly HistoryEvent[]; startedAt: number };
  /** Called once when it ends, in the same turn as the last event. */
  onEnd?: (outcome: MachineOutcome) => void;
}

/** How an execution ended. */
export interface MachineOutcome {
  status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** The last state's output, when it succeeded. */
  output?: unknown;
  error?: string;
  cause?: string;
}

/** An execution in progress. */
export interface RunningMachine {
  /** Events so far; the list grows. */
  readonly events: readonly HistoryEvent[];
  /** Its position. */
  readonly place: Place;
  /** Settles when the execution ends; never rejects. */
  readonly outcome: Promise<MachineOutcome>;
  /** Ends it as ABORTED; calls in progress continue, but their results are ignored. */
  stop(error?: string, cause?: string): void;
}

/** Starts a machine. Its first state begins after the caller's turn. */
export function startMachine(options: MachineOptions): RunningMachine {
  const { definition, input, clock, random, newId, region = "eu-central-1", from } = options;
  if (options.inputText !== undefined) keepText(input, options.inputText);
  const { execution = { id: "execution", name: "execution", roleArn: "" } } = options;
  const { stateMachine = { id: "stateMachine", name: "stateMachine" } } = options;
  const history = new History(clock, options.onEvent, from && [...from.events]);
  const startedAt = from?.startedAt ?? clock.now();
  const context: ContextObject = {
    Execution: {
      Id: execution.id,
      Input: input,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: new Date(startedAt).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: stateMachine.id, Name: stateMachine.name },
  };
  const walker = new Walker({
    history,
    clock,
    chance: { random, newId },
    invoke: options.invoke,
    tokens: options.tokens ?? new TaskTokens(),
    region,
    moved: () => options.onMoved?.(),
  });
  const controller = new AbortController();
  // On AWS the first state's event has no previous event.
  const { signal } = controller;
  const thread: Thread = { previous: from?.place.previous ?? 0, signal, context };
  const ending = Promise.withResolvers<MachineOutcome>();
  let over = false;
  const end = (outcome: MachineOutcome, type: string, details: Record<string, unknown>) => {
    if (over) return;
    over = true;
    timer?.cancel();
    const outside = outcome.status === "ABORTED" || outcome.status === "TIMED_OUT";
    history.close(type, outside ? 0 : thread.previous, details);
    controller.abort(new StatesError(outcome.error, outcome.cause));
    ending.resolve(outcome);
    options.onEnd?.(outcome);
  };
  const timer =
    definition.TimeoutSeconds === undefined
      ? undefined
      : clock.after(Math.max(0, startedAt + definition.TimeoutSeconds * 1000 - clock.now()), () =>
          end({ status: "TIMED_OUT" }, "ExecutionTimedOut", {}),
        );
  if (!from) {
    history.add("ExecutionStarted", 0, {
      ...inputDetails(options.inputText ?? JSON.stringify(input)),
      roleArn: execution.roleArn,
    });
  }
  Promise.resolve()
    .then(() => walker.walk(definition, input, thread, from?.place))
    .then(
      (output) =>
        end({ status: "SUCCEEDED", output }, "ExecutionSucceeded", {
          ...outputDetails(writeJson(output)),
        }),
      (thrown: unknown) => {
        const { error, cause } = describe(thrown);
        const details = errorDetails(error, cause);
        end({ status: "FAILED", ...details }, "ExecutionFailed", details);
      },
    );
  return {
    events: history.events,
    get place() {
      return placeOf(thread);
    },
    outcome: ending.promise,
    stop: (error, cause) => {
      const details = errorDetails(error, cause);
      end({ status: "ABORTED", ...details }, "ExecutionAborted", details);
    },
  };
}

function describe(thrown: unknown): { error?: string; cause?: string } {
  if (thrown instanceof StatesError) return { error: thrown.error, cause: thrown.cause };
  const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { error: "States.Runtime", cause };
}
