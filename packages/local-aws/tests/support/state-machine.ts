import { VirtualClock } from "../../src/kernel/clock.ts";
import type {
  ContextObject,
  State,
  StateMachineDefinition,
} from "../../src/services/step-functions/asl-types.ts";
import { type MachineOutcome, startMachine } from "../../src/services/step-functions/execution.ts";
import { StatesError } from "../../src/services/step-functions/states-error.ts";
import { TaskTokens } from "../../src/services/step-functions/task-tokens.ts";

export const FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:work";

/** One call of a task, with the milliseconds since the start. */
export interface TaskCall {
  at: number;
  resource: string;
  payload: unknown;
  context: ContextObject;
}

/** How a test answers the calls of tasks; `count` is 1 for the first. */
export type Answer = (payload: unknown, count: number, context: ContextObject) => unknown;

/** Starts a machine on virtual time, whose tasks answer as the test says, and lets `ms` go by. */
export async function startStates(
  definition: StateMachineDefinition,
  input: unknown,
  { answer = (payload) => payload, ms = 0, random = () => 0.5 }: StartOptions = {},
) {
  const clock = new VirtualClock();
  const began = clock.now();
  const tokens = new TaskTokens();
  const calls: TaskCall[] = [];
  let ended: MachineOutcome | undefined;
  let ids = 0;
  const machine = startMachine({
    definition,
    input,
    clock,
    random,
    tokens,
    newId: () => `id-${++ids}`,
    invoke: async (resource, payload, context, { onStarted }) => {
      onStarted?.();
      calls.push({ at: clock.now() - began, resource, payload, context });
      return answer(payload, calls.length, context);
    },
    execution: { id: "arn:execution", name: "run-1", roleArn: "arn:role" },
    stateMachine: { id: "arn:machine", name: "flow" },
    onEnd: (outcome) => {
      ended = outcome;
    },
  });
  await clock.advance(ms);
  return {
    clock,
    calls,
    tokens,
    machine,
    /** How it ended; undefined while it runs. */
    ended: () => ended,
    /** Types of the events so far. */
    types: () => machine.events.map(({ type }) => type),
    events: machine.events,
  };
}

export interface StartOptions {
  answer?: Answer;
  /** Milliseconds to let go by. */
  ms?: number;
  random?: () => number;
}

/** The output of a machine that must succeed within `ms`. */
export async function outputOf(
  definition: StateMachineDefinition,
  input: unknown = {},
  options?: StartOptions,
): Promise<unknown> {
  const run = await startStates(definition, input, options);
  const ended = run.ended();
  if (ended?.status !== "SUCCEEDED") {
    throw new Error(`expected success, got ${JSON.stringify(ended)}`);
  }
  return ended.output;
}

/** The error of a machine that must fail within `ms`. */
export async function failureOf(
  definition: StateMachineDefinition,
  input: unknown = {},
  options?: StartOptions,
): Promise<{ error: string | undefined; cause: string | undefined }> {
  const run = await startStates(definition, input, options);
  const ended = run.ended();
  if (ended?.status !== "FAILED") throw new Error(`expected failure, got ${JSON.stringify(ended)}`);
  return { error: ended.error, cause: ended.cause };
}

/** A machine of one state. */
export function only(state: object, more: object = {}): StateMachineDefinition {
  return {
    StartAt: "Only",
    States: { Only: { ...state, End: true } as unknown as State },
    ...more,
  };
}

/** A machine of a state that may go on to `Handled`, which hands on its input. */
export function guarded(state: object, more: object = {}): StateMachineDefinition {
  return {
    StartAt: "Only",
    States: {
      Only: { ...state, End: true } as unknown as State,
      Handled: { Type: "Pass", End: true },
    },
    ...more,
  };
}

/** Throws as a function does that fails with an error of this type. */
export function fails(errorType: string, cause = "because"): never {
  throw new StatesError(errorType, cause);
}
