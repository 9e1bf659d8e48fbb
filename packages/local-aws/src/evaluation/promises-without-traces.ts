import pulumiPromises from "@pulumi/pulumi/runtime/debuggable.js";

// Pulumi's types leave out what is internal.
const internal = pulumiPromises as unknown as {
  debugPromiseLeaks: boolean;
  debuggablePromise(promise: Promise<unknown>, context: unknown): Promise<unknown>;
};
const whole = internal.debuggablePromise;

/**
 * Makes Pulumi create its promises without a stack trace each; they are read only if PULUMI_DEBUG_PROMISE_LEAKS is set,
 * and are half of the work of an evaluation.
 */
export function makePromisesWithoutTraces(): void {
  if (internal.debugPromiseLeaks) return;
  internal.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return whole(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
