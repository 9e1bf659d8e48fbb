interface Call {
  request: { headers: Record<string, string> };
}

type Next = (call: Call) => Promise<unknown>;

interface InvokeStore {
  getXRayTraceId?(): string | undefined;
  getTraceparent?(): string | undefined;
  getTracestate?(): string | undefined;
  getBaggage?(): string | undefined;
}

const ofRuntime = globalThis as { awslambda?: { InvokeStore?: InvokeStore } };

/**
 * Hands the invocation's trace on with each request: from the runtime's own record of the invocation, which knows
 * several at a time, or else from the environment.
 */
export const recursionDetectionMiddleware =
  () =>
  (next: Next): Next =>
  async (call) => {
    const { headers } = call.request;
    const { AWS_LAMBDA_FUNCTION_NAME, _X_AMZN_TRACE_ID } = process.env;
    const invocation = ofRuntime.awslambda?.InvokeStore;
    const trace = invocation?.getXRayTraceId?.() ?? _X_AMZN_TRACE_ID;
    if (AWS_LAMBDA_FUNCTION_NAME && trace) headers["X-Amzn-Trace-Id"] ??= trace;
    const parent = invocation?.getTraceparent?.();
    if (parent && !headers["traceparent"]) {
      headers["traceparent"] = parent;
      const state = invocation?.getTracestate?.();
      if (state) headers["tracestate"] = state;
      const baggage = state && invocation?.getBaggage?.();
      if (baggage) headers["baggage"] = baggage;
    }
    return next(call);
  };
