/**
 * A Lambda entry point that is created at its first call, so that a function reads its environment when it runs and not
 * when a test imports it.
 */
export function lambdaHandler<Event, Result>(
  create: () => (event: Event) => Result,
): (event: Event) => Result {
  let handle: ((event: Event) => Result) | undefined;
  return (event) => {
    handle ??= create();
    return handle(event);
  };
}
