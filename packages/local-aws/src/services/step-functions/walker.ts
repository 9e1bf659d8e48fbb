import { type Clock, sleep } from "../../kernel/clock.ts";
import type {
  ChoiceState,
  ContextObject,
  FailState,
  Guarded,
  State,
  StateGraph,
  WaitState,
} from "./asl-types.ts";
import { runMap, runParallel } from "./branch-states.ts";
import { holds, isTimestamp } from "./choice-rules.ts";
import { limitedJson, placeResult, readSeconds, reshape, select } from "./data-flow.ts";
import { inputDetails, outputDetails } from "./history.ts";
import { readJsonPath } from "./json-path.ts";
import { readExpression, type Scope } from "./payload-template.ts";
import { catcherOf, RetryCounters } from "./retry.ts";
import { DataError, errorOutput, runtimeError, StatesError } from "./states-error.ts";
import { runTask } from "./task-state.ts";
import type { Thread, Walk, WalkerParts } from "./thread.ts";

/** How a state ended: its output, and the state to go to unless it was the last. */
interface Passage {
  output: unknown;
  next: string | undefined;
}

/** Walks through the states of a machine, writing history as it goes. */
export class Walker implements Walk {
  readonly parts: WalkerParts;

  constructor(parts: WalkerParts) {
    this.parts = parts;
  }

  /** Runs the states from `StartAt` to an end and returns the last output. */
  async walk(graph: StateGraph, input: unknown, thread: Thread): Promise<unknown> {
    let name: string | undefined = graph.StartAt;
    let data = input;
    while (name !== undefined) {
      const state: State | undefined = graph.States[name];
      if (!state) throw new StatesError("States.Runtime", `There is no state '${name}'`);
      ({ output: data, next: name } = await this.#visit(name, state, data, thread));
    }
    return data;
  }

  /** Adds an event to the thread, unless the thread was given up meanwhile. */
  record(thread: Thread, type: string, details?: Record<string, unknown>): void {
    thread.signal.throwIfAborted();
    thread.previous = this.parts.history.add(type, thread.previous, details);
  }

  async #visit(name: string, state: State, input: unknown, thread: Thread): Promise<Passage> {
    this.record(thread, `${state.Type}StateEntered`, {
      name,
      ...inputDetails(JSON.stringify(input)),
    });
    thread.open = state.Type;
    const entered = thread.previous;
    const enteredTime = new Date(this.parts.clock.now()).toISOString();
    const guarded: Guarded = "Retry" in state || "Catch" in state ? state : {};
    const retries = new RetryCounters(guarded.Retry, this.parts.chance.random);
    for (;;) {
      const context = {
        ...thread.context,
        State: { Name: name, EnteredTime: enteredTime, RetryCount: retries.total },
      };
      try {
        return this.#leave(name, state, await this.#perform(state, input, thread, context), thread);
      } catch (thrown) {
        thread.signal.throwIfAborted();
        const error = located(thrown, name, entered);
        const delay = retries.next(error);
        if (delay !== undefined) {
          await sleep(this.parts.clock, delay, thread.signal);
          continue;
        }
        const catcher = catcherOf(guarded.Catch, error);
        if (!catcher) throw error;
        try {
          const output = placeResult(catcher.ResultPath, input, errorOutput(error));
          return this.#leave(name, state, { output, next: catcher.Next }, thread);
        } catch (unplaced) {
          throw located(unplaced, name, entered);
        }
      }
    }
  }

  #leave(name: string, state: State, passage: Passage, thread: Thread): Passage {
    const details = { name, ...outputDetails(limitedJson(passage.output, name)) };
    this.record(thread, `${state.Type}StateExited`, details);
    thread.open = undefined;
    return passage;
  }

  async #perform(
    state: State,
    input: unknown,
    thread: Thread,
    context: ContextObject,
  ): Promise<Passage> {
    const { chance } = this.parts;
    const scopeOf = (data: unknown): Scope => ({ data, context, chance });
    if (state.Type === "Fail") throw failure(state, scopeOf(input));
    const data = select(state.InputPath, scopeOf(input));
    const scope = scopeOf(data);
    const finish = (output: unknown, next: string | undefined): Passage => ({
      output: select(state.OutputPath, scopeOf(output)),
      next,
    });
    switch (state.Type) {
      case "Succeed":
        return finish(data, undefined);
      case "Choice":
        return finish(data, chooseNext(state, scope));
      case "Wait":
        await sleep(this.parts.clock, waitMs(state, scope, this.parts.clock), thread.signal);
        return finish(data, state.Next);
      case "Pass": {
        const result = "Result" in state ? state.Result : reshape(state.Parameters, scope);
        return finish(placeResult(state.ResultPath, input, result), state.Next);
      }
      default: {
        const result =
          state.Type === "Task"
            ? await runTask(this, state, scope, thread)
            : state.Type === "Parallel"
              ? await runParallel(this, state, reshape(state.Parameters, scope), thread)
              : await runMap(this, state, scope, thread);
        const selected = reshape(state.ResultSelector, scopeOf(result));
        return finish(placeResult(state.ResultPath, input, selected), state.Next);
      }
    }
  }
}

function chooseNext(state: ChoiceState, scope: Scope): string {
  const chosen = state.Choices.find((rule) => holds(rule, scope))?.Next ?? state.Default;
  if (chosen === undefined) {
    throw new DataError(
      "States.NoChoiceMatched",
      "Failed to transition out of the state: no choice matched and there is no Default.",
    );
  }
  return chosen;
}

function waitMs(state: WaitState, scope: Scope, clock: Clock): number {
  if (state.Timestamp === undefined && state.TimestampPath === undefined) {
    const seconds = readSeconds(state.Seconds, state.SecondsPath, "SecondsPath", scope) ?? 0;
    return seconds * 1000;
  }
  const until = state.TimestampPath ? readJsonPath(state.TimestampPath, scope) : state.Timestamp;
  if (until === undefined) {
    throw runtimeError(
      `The TimestampPath parameter does not reference an input value: ${state.TimestampPath}`,
    );
  }
  if (!isTimestamp(until)) {
    throw runtimeError(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${state.TimestampPath} == ${JSON.stringify(until)}`,
    );
  }
  return Math.max(0, Date.parse(until) - clock.now());
}

function failure(state: FailState, scope: Scope): StatesError {
  const read = (text: string | undefined, path: string | undefined, field: string) => {
    if (path === undefined) return text;
    const value = readExpression(path, scope, field);
    if (typeof value !== "string") {
      throw runtimeError(`The ${field} field must give a string: ${path}`);
    }
    return value;
  };
  return new StatesError(
    read(state.Error, state.ErrorPath, "ErrorPath"),
    read(state.Cause, state.CausePath, "CausePath"),
  );
}

/** Puts the state's name in front of what went wrong with its data; hands on anything else as it is. */
function located(thrown: unknown, name: string, entered: number): StatesError {
  if (thrown instanceof DataError) {
    return new StatesError(
      thrown.error,
      `An error occurred while executing the state '${name}' (entered at the event id #${entered}). ${thrown.cause}`,
    );
  }
  if (thrown instanceof StatesError) return thrown;
  throw thrown;
}
