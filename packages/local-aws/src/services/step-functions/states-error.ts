/** An error as the States Language knows it: a name to match in Retry and Catch, and a cause. */
export class StatesError extends Error {
  override readonly name = "StatesError";
  /** Error name, e.g. `States.Timeout` or a function's `errorType`. */
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  /** A second name that Retry and Catch may use for it. */
  readonly alias: string | undefined;

  constructor(error: string | undefined, cause?: string, alias?: string) {
    super(cause ? `${error}: ${cause}` : error);
    this.error = error;
    this.cause = cause;
    this.alias = alias;
  }
}

/** An error in how a state handles its data; the interpreter prefixes the cause with the state's name. */
export class DataError extends StatesError {}

/** The data or the definition do not fit together; neither Retry nor Catch can handle it. */
export function runtimeError(cause: string): DataError {
  return new DataError("States.Runtime", cause);
}

/** An error as Catch hands it to the next state; null where a worker gave no name or cause. */
export function errorOutput({ error, cause }: StatesError): {
  Error: string | null;
  Cause: string | null;
} {
  return { Error: error ?? null, Cause: cause ?? (error === undefined ? null : "") };
}
