import type * as v from "valibot";
import { check } from "./field-errors.ts";
import { isUnavailable } from "./transient-error.ts";

/** The input of a step is wrong: running it again cannot help, and state machines do not. */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
}

/** A service that the step needs is busy: state machines run the step again. */
export class TransientError extends Error {
  override readonly name = "TransientError";
}

/**
 * The input of a step.
 *
 * @throws ValidationError naming every field that does not fit the schema.
 */
export function stepInput<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const checked = check(schema, input);
  if (checked.errors) {
    const mistakes = checked.errors.map(
      ({ pointer, message }) => `${pointer || "the input"} ${message}`,
    );
    throw new ValidationError(mistakes.join("; "));
  }
  return checked.value;
}

/** Runs a step, and tells the state machine which failures are worth another try. */
export async function runStep<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TransientError || !isUnavailable(error)) throw error;
    throw new TransientError("a service is busy", { cause: error });
  }
}
