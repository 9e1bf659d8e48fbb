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
import { writeJson } from "./kept-text.ts";
import { readExpression, type Scope } from "./payload-template.ts";
import type { Place, VisitPlace } from "./place.ts";
import { catcherOf, RetryCounters } from "./retry.ts";
import { DataError, errorOutput, runtimeError, StatesError } from "./states-error.ts";
import { runTask } from "./task-state.ts";
import type { Thread, Visit, Walk, WalkerParts } from "./thread.ts";

/** How a state ended: its output, and the state to go to unless it was the last. */
interface Passage {
  output: unknown;
  next: string | undefined;
}

// The others are not tried again.
const CAN_FAIL = new Set<State["Type"]>(["Task", "Parallel", "Map"]);

/** Walks through the states of a machine, writing history as it goes. */
export class Walker implements Walk {
  readonly parts: WalkerParts;

  constructor(parts: WalkerParts) {
    this.parts = parts;
  }

  /** Runs the states from `StartAt` to an end and returns the last output. */
  async walk(graph: StateGraph, input: unknown, thread: Thread, from?: Place): Promise<unknown> {
    let place = from?.visit;
    let name: string | undefined = place?.state ?? graph.StartAt;
    let data = place ? this.parts.history.dataOf(place.entered) : input;
    while (name !== undefined) {
      const state: State | undefined = graph.States[name];
      if (!state) throw new StatesError("States.Runtime", `There is no state '${name}'`);
      ({ output: data, next: name } = await this.#visit(name, state, data, thread, place));
      place = undefined;
    }
    thread.exited = thread.previous;
    return data;
  }

  /** Adds an event to the thread, unless the thread was cancelled meanwhile. */
  record(thread: Thread, type: string, details?: Record<string, unknown>): void {
    thread.signal.throwIfAborted();
    thread.previous = this.parts.history.add(type, thread.previous, details);
  }

  async #visit(
    name: string,
    state: State,
    input: unknown,
    thread: Thread,
    from?: VisitPlace,
  ): Promise<Passage> {
    const { clock, chance, history } = this.parts;
    if (!from) {
      this.record(thread, `${state.Type}StateEntered`, {
        name,
        ...inputDetails(writeJson(input)),
      });
    }
    const entered = from?.entered ?? thread.previous;
    const enteredTime = new Date(from ? history.timeOf(entered) : clock.now()).toISOString();
    const guarded: Guarded = "Retry" in state || "Catch" in state ? state : {};
    const retries = new RetryCounters(guarded.Retry, chance.random, from?.retries);
    const visit: Visit = { name, type: state.Type, entered, retries };
    thread.visit = visit;
    let place = from;
    if (from?.until !== undefined && state.Type !== "Wait") {
      await this.#pause(visit, from.until, thread);
      place = undefined;
    }
    for (;;) {
      const context = {
        ...thread.context,
        State: {
          Name: name,
          EnteredTime: enteredTime,
          ...(CAN_FAIL.has(state.Type) && { RetryCount: retries.total }),
        },
      };
      try {
        const passage = await this.#perform(state, input, thread, context, visit, place);
        return this.#leave(name, state, passage, thread);
      } catch (thrown) {
        thread.signal.throwIfAborted();
        const error = located(thrown, name, entered);
        const delay = retries.next(error);
        if (delay !== undefined) {
          visit.failed = undefined;
          await this.#pause(visit, clock.now() + delay, thread);
          place = undefined;
          continue;
        }
        // Parallel and Map states fail once, however often they were tried.
        if (visit.failed) this.record(thread, `${state.Type}StateFailed`);
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
    thread.visit = undefined;
    return passage;
  }

  async #pause(visit: Visit, until: number, { signal }: Thread): Promise<void> {
    const { clock, moved } = this.parts;
    visit.until = until;
    moved();
    await sleep(clock, Math.max(0, until - clock.now()), signal);
    visit.until = undefined;
  }

  async #perform(
    state: State,
    input: unknown,
    thread: Thread,
    context: ContextObject,
    visit: Visit,
    from: VisitPlace | undefined,
  ): Promise<Passage> {
    const { chance, clock } = this.parts;
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
        await this.#pause(visit, from?.until ?? waitEnd(state, scope, clock), thread);
        return finish(data, state.Next);
      case "Pass": {
        const result = "Result" in state ? state.Result : reshape(state.Parameters, scope);
        return finish(placeResult(state.ResultPath, input, result), state.Next);
      }
      default: {
        const result =
          state.Type === "Task"
            ? await runTask(this, state, scope, thread, visit, from?.task)
            : state.Type === "Parallel"
              ? await runParallel(
                  this,
                  state,
                  reshape(state.Parameters, scope),
                  thread,
                  from?.group,
                )
              : await runMap(this, state, scope, thread, from?.group);
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

/** When a Wait state ends, in milliseconds since the epoch. */
function waitEnd(state: WaitState, scope: Scope, clock: Clock): number {
  if (state.Timestamp === undefined && state.TimestampPath === undefined) {
    const seconds = readSeconds(state.Seconds, state.SecondsPath, "SecondsPath", scope) ?? 0;
    return clock.now() + seconds * 1000;
  }
  const until = state.TimestampPath ? readJsonPath(state.TimestampPath, scope) : state.Timestamp;
  if (until === undefined) {
    throw runtimeError(
      `The TimestampPath parameter does not reference an input value: ${state.TimestampPath}`,
    );
  }
  if (!isTimestamp(until)) {
    throw runtimeError(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${state.TimestampPath} == ${typeof until === "string" ? until : JSON.stringify(until)}`,
    );
  }
  return Date.parse(until);
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

/** Prefixes errors in a state's data with the state's name; passes on anything else as it is. */
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
