import type { ContextObject, MapState, ParallelState } from "./asl-types.ts";
import { readSeconds, select } from "./data-flow.ts";
import { fillTemplate, type Scope } from "./payload-template.ts";
import { runtimeError } from "./states-error.ts";
import { type Thread, ThreadGroup, type Walk } from "./thread.ts";

// AWS runs at most this many iterations of an inline Map at once.
const MAX_ITERATIONS_AT_ONCE = 40;

/** Runs every branch with the same input; the first failure gives up the others. */
export async function runParallel(
  walker: Walk,
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
  walker: Walk,
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
    MAX_ITERATIONS_AT_ONCE;
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
    const lanes = Math.min(most, items.length, MAX_ITERATIONS_AT_ONCE);
    await Promise.all(Array.from({ length: lanes }, takeItems));
    return results;
  });
}
