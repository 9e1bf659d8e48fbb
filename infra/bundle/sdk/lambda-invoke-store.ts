interface InvokeStoreOfRuntime {
  getXRayTraceId?(): string | undefined;
}

const ofRuntime = globalThis as { awslambda?: { InvokeStore?: InvokeStoreOfRuntime } };

/** The context of the running invocation, where the runtime keeps one; else the SDK reads the environment. */
export const InvokeStore = {
  getInstanceAsync: async (): Promise<InvokeStoreOfRuntime | undefined> =>
    ofRuntime.awslambda?.InvokeStore,
};
