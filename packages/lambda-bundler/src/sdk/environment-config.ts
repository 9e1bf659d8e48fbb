interface Setting<T> {
  environmentVariableSelector(
    environment: NodeJS.ProcessEnv,
    options: { signingName?: string },
  ): T | undefined;
  default: T | (() => Promise<T>);
}

/** A setting from the environment, else its default. There is no `~/.aws/config` on Lambda to look into. */
export const loadConfig = <T>(
  { environmentVariableSelector, default: fallback }: Setting<T>,
  { signingName }: { signingName?: string } = {},
): (() => Promise<T>) => {
  let loaded: { value: T } | undefined;
  const fromEnvironment = (): T | undefined => {
    try {
      return environmentVariableSelector(process.env, { signingName });
    } catch {
      // The SDK takes the next source when a variable cannot be read, and says nothing either.
      return undefined;
    }
  };
  return async () => {
    loaded ??= { value: fromEnvironment() ?? (await defaultOf(fallback)) };
    return loaded.value;
  };
};

async function defaultOf<T>(fallback: T | (() => Promise<T>)): Promise<T> {
  return typeof fallback === "function" ? (fallback as () => Promise<T>)() : fallback;
}
