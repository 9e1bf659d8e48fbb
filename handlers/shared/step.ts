import type * as v from "valibot";
import { check, textOf } from "./field-errors.ts";
import { isTransient, TransientError } from "./transient-error.ts";

/** The input of a step is invalid, so state machines do not retry it. */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
}

/**
 * The input of a step.
 *
 * @throws ValidationError naming every field that does not fit the schema.
 */
export function stepInput<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const checked = check(schema, input);
  if (checked.errors) {
    throw new ValidationError(textOf(checked.errors, "the input"));
  }
  return checked.value;
}

/** Runs a step; transient failures are thrown as TransientError, which state machines retry. */
export async function runStep<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TransientError || !isTransient(error)) throw error;
    throw new TransientError("a service is busy", { cause: error });
  }
}
