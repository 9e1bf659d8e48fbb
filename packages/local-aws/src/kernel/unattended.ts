import { AsyncLocalStorage } from "node:async_hooks";

/** Called with every failure of work that nobody awaits. */
export type FailureListener = (name: string, error: unknown) => void;

const current = new AsyncLocalStorage<string>();
const listeners = new Set<FailureListener>();

/**
 * Runs work that nobody awaits. A failure, thrown or rejected, is reported under the name and stops there: what runs
 * beside it, and its next run, are unaffected.
 */
export function unattended(name: string, work: () => unknown): void {
  current.run(name, () => {
    try {
      const result = work();
      if (isThenable(result)) result.then(undefined, (error) => reportFailure(name, error));
    } catch (error) {
      reportFailure(name, error);
    }
  });
}

/** A listener for timers, child processes, sockets and the like that runs as {@link unattended} work. */
export function supervised<Args extends unknown[]>(
  name: string,
  listener: (...args: Args) => unknown,
): (...args: Args) => void {
  return (...args) => unattended(name, () => listener(...args));
}

/** Reports a failure of work that nobody awaits: on the console, or to the listeners if there are any. */
export function reportFailure(name: string, error: unknown): void {
  if (listeners.size === 0) {
    console.error(`the local runtime continues after an error in ${name}: ${describe(error)}`);
    return;
  }
  for (const listener of listeners) listener(name, error);
}

/** Receives failures from now on, in place of the console; returns a function that stops it. */
export function onFailure(listener: FailureListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The last resort: keeps the process alive after an uncaught error, and reports it with the work that it
 * interrupted. Returns a function that removes the handler.
 */
export function catchTheRest(): () => void {
  const report = (error: unknown) =>
    reportFailure(`${current.getStore() ?? "work without a name"} (not caught)`, error);
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  return () => {
    process.off("uncaughtException", report);
    process.off("unhandledRejection", report);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
