import pulumiPromises from "@pulumi/pulumi/runtime/debuggable.js";

// Pulumi's types leave out what is internal.
const internal = pulumiPromises as unknown as {
  debugPromiseLeaks: boolean;
  debuggablePromise(promise: Promise<unknown>, context: unknown): Promise<unknown>;
};
const whole = internal.debuggablePromise;

/**
 * Lets Pulumi make its promises without a stack trace each, which nobody reads unless PULUMI_DEBUG_PROMISE_LEAKS is set,
 * and which is half of the work of an evaluation.
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
