import type { ContextObject, MapState, ParallelState, StateGraph } from "./asl-types.ts";
import { readSeconds, select } from "./data-flow.ts";
import type { History } from "./history.ts";
import { fillTemplate, type Scope } from "./payload-template.ts";
import { runtimeError } from "./states-error.ts";
import type { Thread, Walker } from "./walker.ts";

// AWS runs at most this many iterations of an inline Map at once.
const MOST_ITERATIONS_AT_ONCE = 40;
// The other types are over at once, and the history has no event for their end.
const ABORTABLE = new Set(["Task", "Wait", "Parallel", "Map"]);

/** Runs every branch with the same input; the first failure gives up the others. */
export async function runParallel(
  walker: Walker,
  state: ParallelState,
  input: unknown,
  thread: Thread,
): Promise<unknown[]> {
  walker.record(thread, "ParallelStateStarted");
  const group = new ThreadGroup(thread);
  return group.conclude(walker, "Parallel", () =>
    Promise.all(
      state.Branches.map((branch) => group.run(walker, branch, input, group.start(thread.context))),
    ),
  );
}

/** Runs the item processor for each item, in the items' order as far as concurrency allows. */
export async function runMap(
  walker: Walker,
  state: MapState,
  scope: Scope,
  thread: Thread,
): Promise<unknown[]> {
  const items = select(state.ItemsPath, scope);
  if (!Array.isArray(items)) {
    throw runtimeError(`Reference path "${state.ItemsPath ?? "$"}" must point to array.`);
  }
  const processor = state.ItemProcessor ?? state.Iterator;
  if (!processor) throw runtimeError("The Map state has no ItemProcessor.");
  const selector = state.ItemSelector ?? state.Parameters;
  const most =
    readSeconds(state.MaxConcurrency, state.MaxConcurrencyPath, "MaxConcurrencyPath", scope) ||
    MOST_ITERATIONS_AT_ONCE;
  const context = scope.context as ContextObject;
  const name = context.State?.Name;
  walker.record(thread, "MapStateStarted", { length: items.length });
  const group = new ThreadGroup(thread);
  const results = new Array<unknown>(items.length);
  let next = 0;
  const takeItems = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = { Map: { Item: { Index: index, Value: items[index] } } };
      const input =
        selector === undefined
          ? items[index]
          : fillTemplate(selector, { ...scope, context: { ...context, ...item } });
      const iteration = group.start({ ...thread.context, ...item }, { name, index });
      walker.record(iteration, "MapIterationStarted", { name, index });
      results[index] = await group.run(walker, processor, input, iteration);
    }
  };
  return group.conclude(walker, "Map", async () => {
    const lanes = Math.min(most, items.length, MOST_ITERATIONS_AT_ONCE);
    await Promise.all(Array.from({ length: lanes }, takeItems));
    return results;
  });
}

/** Threads that one state started together. */
export class ThreadGroup {
  readonly #parent: Thread;
  readonly #started: number;
  readonly #controller = new AbortController();
  /** The threads that still run, with the details of their iteration in a Map state. */
  readonly #running = new Map<Thread, Record<string, unknown> | undefined>();
  #failed: Thread | undefined;

  constructor(parent: Thread) {
    this.#parent = parent;
    this.#started = parent.previous;
    parent.group = this;
  }

  /** Begins a thread; in a Map state, `iteration` are the details of its events. */
  start(context: ContextObject, iteration?: Record<string, unknown>): Thread {
    const thread: Thread = {
      previous: this.#started,
      signal: AbortSignal.any([this.#parent.signal, this.#controller.signal]),
      context,
    };
    this.#running.set(thread, iteration);
    return thread;
  }

  /** Walks a thread to its end. */
  async run(walker: Walker, graph: StateGraph, input: unknown, thread: Thread): Promise<unknown> {
    try {
      const output = await walker.walk(graph, input, thread);
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
    walker: Walker,
    type: "Parallel" | "Map",
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      const result = await work();
      walker.record(this.#parent, `${type}StateSucceeded`);
      return result;
    } catch (error) {
      this.#parent.signal.throwIfAborted();
      this.#controller.abort(error);
      if (this.#failed) this.#parent.previous = this.#failed.previous;
      this.#giveUp(walker.parts.history, this.#parent.previous);
      walker.record(this.#parent, `${type}StateFailed`);
      throw error;
    } finally {
      this.#parent.group = undefined;
    }
  }

  #giveUp(history: History, cause: number): void {
    for (const [thread, iteration] of this.#running) {
      if (thread.group) thread.group.#giveUp(history, cause);
      if (iteration) {
        const end = thread === this.#failed ? "MapIterationFailed" : "MapIterationAborted";
        history.add(end, cause, iteration);
      }
      if (thread.open && ABORTABLE.has(thread.open)) {
        history.add(`${thread.open}StateAborted`, cause);
      }
    }
    this.#running.clear();
  }
}
