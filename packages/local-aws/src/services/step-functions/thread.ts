import type { Clock } from "../../kernel/clock.ts";
import type { CallManner } from "../../kernel/service.ts";
import type { ContextObject, State, StateGraph } from "./asl-types.ts";
import type { History } from "./history.ts";
import type { Chance } from "./intrinsics.ts";
import type { GroupPlace, Place, TaskPlace } from "./place.ts";
import type { RetryCounters } from "./retry.ts";
import type { TaskTokens } from "./task-tokens.ts";

// States of other types end immediately, and the history has no event for it.
const ABORTABLE = new Set(["Task", "Wait", "Parallel", "Map"]);

/**
 * Does a task's work: `resource` is the Task state's ARN, `payload` what its `Parameters` made.
 * A failure is a {@link StatesError}; anything else thrown counts as `States.Runtime`.
 */
export type InvokeTask = (
  resource: string,
  payload: unknown,
  context: ContextObject,
  manner: CallManner,
) => Promise<unknown>;

/** What a walk through a machine acts on. */
export interface WalkerParts {
  history: History;
  clock: Clock;
  chance: Chance;
  invoke: InvokeTask;
  tokens: TaskTokens;
  region: string;
  /** Called when the position of a thread changed without an event. */
  moved: () => void;
}

/** One line of control: the execution itself, a branch, or an iteration. */
export interface Thread {
  /** Id of its latest event. */
  previous: number;
  readonly signal: AbortSignal;
  readonly context: ContextObject;
  /** The state that it is in. */
  visit?: Visit | undefined;
  /** The event with its output, where it has ended. */
  exited?: number | undefined;
}

/** A thread's stay in a state. */
export interface Visit {
  readonly name: string;
  readonly type: State["Type"];
  /** Id of the event of its entry. */
  readonly entered: number;
  readonly retries: RetryCounters;
  /** When a pause ends, in milliseconds since the epoch. */
  until?: number | undefined;
  task?: TaskPlace | undefined;
  /** The threads that its Parallel or Map state started. */
  group?: ThreadGroup | undefined;
  /** Whether its threads failed in the last attempt. */
  failed?: true | undefined;
}

/** The walk through a machine, as the states that have states or tasks of their own see it. */
export interface Walk {
  readonly parts: WalkerParts;
  /**
   * Runs the states from `StartAt` to an end and returns the last output.
   *
   * @param from the position of an earlier process, to continue from.
   */
  walk(graph: StateGraph, input: unknown, thread: Thread, from?: Place): Promise<unknown>;
  /** Adds an event to the thread, unless the thread was cancelled meanwhile. */
  record(thread: Thread, type: string, details?: Record<string, unknown>): void;
}

/** The position of a thread. */
export function placeOf({ previous, visit, exited }: Thread): Place {
  return {
    previous,
    ...(exited !== undefined && { exited }),
    ...(visit && {
      visit: {
        state: visit.name,
        entered: visit.entered,
        retries: visit.retries.used,
        until: visit.until,
        task: visit.task,
        group: visit.group?.place,
      },
    }),
  };
}

/** Threads that one state started together. */
export class ThreadGroup {
  readonly #parent: Thread;
  readonly #started: number;
  readonly #controller = new AbortController();
  /** The threads that still run, with the details of their iteration in a Map state. */
  readonly #running = new Map<Thread, Record<string, unknown> | undefined>();
  readonly #all: Thread[] = [];
  #failed: Thread | undefined;

  constructor(parent: Thread, started = parent.previous) {
    this.#parent = parent;
    this.#started = started;
    if (parent.visit) parent.visit.group = this;
  }

  get place(): GroupPlace {
    return { started: this.#started, threads: this.#all.map(placeOf) };
  }

  /**
   * Begins a thread, or continues one.
   *
   * @param iteration in a Map state, the details of its events.
   * @param after the event that it follows; the group's start where none is given.
   */
  start(
    context: ContextObject,
    iteration?: Record<string, unknown>,
    from?: Place,
    after = this.#started,
  ): Thread {
    const thread: Thread = {
      previous: from?.previous ?? after,
      signal: AbortSignal.any([this.#parent.signal, this.#controller.signal]),
      context,
      exited: from?.exited,
    };
    this.#all.push(thread);
    if (thread.exited === undefined) this.#running.set(thread, iteration);
    return thread;
  }

  /** Walks a thread to its end. One that had ended before gives its output. */
  async run(
    walker: Walk,
    graph: StateGraph,
    input: unknown,
    thread: Thread,
    from?: Place,
  ): Promise<unknown> {
    if (from?.exited !== undefined) return walker.parts.history.dataOf(from.exited);
    try {
      const output = await walker.walk(graph, input, thread, from);
      const iteration = this.#running.get(thread);
      if (iteration) walker.record(thread, "MapIterationSucceeded", iteration);
      this.#running.delete(thread);
      this.#parent.previous = thread.previous;
      return output;
    } catch (error) {
      if (!thread.signal.aborted) {
        this.#failed = thread;
        this.#controller.abort(error);
      }
      throw error;
    }
  }

  /** Ends the state: with its `Succeeded` event, or by giving up every thread that still runs. */
  async conclude<Result>(
    walker: Walk,
    type: "Parallel" | "Map",
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      const result = await work();
      const { previous } = this.#parent;
      walker.record(this.#parent, `${type}StateSucceeded`);
      // As on AWS, the state's exit follows what the success follows.
      this.#parent.previous = previous;
      return result;
    } catch (error) {
      this.#parent.signal.throwIfAborted();
      this.#controller.abort(error);
      if (this.#failed) this.#parent.previous = this.#failed.previous;
      this.#giveUp(walker.parts.history, this.#parent.previous);
      if (this.#parent.visit) this.#parent.visit.failed = true;
      throw error;
    } finally {
      if (this.#parent.visit) this.#parent.visit.group = undefined;
    }
  }

  #giveUp(history: History, cause: number): void {
    for (const [thread, iteration] of this.#running) {
      const group = thread.visit?.group;
      if (group) group.#giveUp(history, cause);
      if (iteration) {
        const end = thread === this.#failed ? "MapIterationFailed" : "MapIterationAborted";
        history.add(end, cause, iteration);
      }
      if (thread.visit && ABORTABLE.has(thread.visit.type)) {
        history.add(`${thread.visit.type}StateAborted`, cause);
      }
    }
    this.#running.clear();
  }
}
