import type { ContextObject, MapState, ParallelState } from "./asl-types.ts";
import { select } from "./data-flow.ts";
import { readJsonPath } from "./json-path.ts";
import { listOf } from "./kept-text.ts";
import { fillTemplate, type Scope } from "./payload-template.ts";
import type { GroupPlace } from "./place.ts";
import { runtimeError } from "./states-error.ts";
import { type Thread, ThreadGroup, type Walk } from "./thread.ts";

// AWS runs at most this many iterations of an inline Map concurrently.
const MAX_ITERATIONS_AT_ONCE = 40;

/** Runs every branch with the same input; the first failure cancels the others. */
export async function runParallel(
  walker: Walk,
  state: ParallelState,
  input: unknown,
  thread: Thread,
  from?: GroupPlace,
): Promise<unknown[]> {
  if (!from) walker.record(thread, "ParallelStateStarted");
  const group = new ThreadGroup(thread, from?.started);
  const outputs = await group.conclude(walker, "Parallel", () =>
    Promise.all(
      state.Branches.map((branch, index) => {
        const place = from?.threads[index];
        const own = group.start(thread.context, undefined, place);
        return group.run(walker, branch, input, own, place);
      }),
    ),
  );
  return listOf(outputs);
}

/** Runs the item processor for each item, in the items' order as far as concurrency allows. */
export async function runMap(
  walker: Walk,
  state: MapState,
  scope: Scope,
  thread: Thread,
  from?: GroupPlace,
): Promise<unknown[]> {
  const items = select(state.ItemsPath, scope);
  if (!Array.isArray(items)) {
    throw runtimeError(`Reference path "${state.ItemsPath ?? "$"}" must point to array.`);
  }
  const processor = state.ItemProcessor ?? state.Iterator;
  if (!processor) throw runtimeError("The Map state has no ItemProcessor.");
  const selector = state.ItemSelector ?? state.Parameters;
  const most = readConcurrency(state, scope) || MAX_ITERATIONS_AT_ONCE;
  const context = scope.context as ContextObject;
  const name = context.State?.Name;
  if (!from) walker.record(thread, "MapStateStarted", { length: items.length });
  const group = new ThreadGroup(thread, from?.started);
  const results = new Array<unknown>(items.length);
  let next = 0;
  const takeItems = async () => {
    let after: number | undefined;
    for (let index = next++; index < items.length; index = next++) {
      const item = { Map: { Item: { Index: index, Value: items[index] } } };
      const input =
        selector === undefined
          ? items[index]
          : fillTemplate(selector, { ...scope, context: { ...context, ...item } });
      const place = from?.threads[index];
      const own = { ...thread.context, ...item };
      const iteration = group.start(own, { name, index }, place, after);
      if (!place) walker.record(iteration, "MapIterationStarted", { name, index });
      results[index] = await group.run(walker, processor, input, iteration, place);
      // The next one of its lane follows the exit of its last state.
      after = iteration.exited;
    }
  };
  return group.conclude(walker, "Map", async () => {
    const lanes = Math.min(most, items.length, MAX_ITERATIONS_AT_ONCE);
    await Promise.all(Array.from({ length: lanes }, takeItems));
    return results;
  });
}

function readConcurrency(
  { MaxConcurrency, MaxConcurrencyPath }: MapState,
  scope: Scope,
): number | undefined {
  if (MaxConcurrencyPath === undefined) return MaxConcurrency;
  const found = readJsonPath(MaxConcurrencyPath, scope);
  if (typeof found === "number" && Number.isInteger(found) && found >= 0) return found;
  const shown = typeof found === "string" ? found : JSON.stringify(found);
  throw runtimeError(
    `The MaxConcurrencyPath field refers to value "${shown}" which is not a valid integer: ${MaxConcurrencyPath}`,
  );
}
