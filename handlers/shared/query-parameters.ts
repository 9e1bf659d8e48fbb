import type * as v from "valibot";
import { check } from "./field-errors.ts";
import { HttpError } from "./http-error.ts";

/** The part of an event that holds the query parameters; HTTP APIs join repeated ones with commas. */
export type QueriedRequest =
  | { multiValueQueryStringParameters: Record<string, string[] | undefined> | null }
  | { version: string; queryStringParameters?: Record<string, string | undefined> };

/**
 * The query parameters of a request, each given at most once. An unknown one is an error, so that a typo does not widen
 * a query.
 *
 * @throws HttpError `invalid_parameter`.
 */
export function queryParameters<S extends Record<string, v.GenericSchema>>(
  event: QueriedRequest,
  schemas: S,
): { [name in keyof S]?: v.InferOutput<S[name]> } {
  const values = given(event).map(([name, values = []]) => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (!schema) {
      const known = Object.keys(schemas).join(", ");
      throw new HttpError("invalid_parameter", `The only query parameters are ${known}.`);
    }
    if (values.length !== 1) {
      throw new HttpError("invalid_parameter", `${name} must be given once.`);
    }
    const checked = check(schema, values[0]);
    if (checked.errors) {
      throw new HttpError("invalid_parameter", `${name} ${checked.errors[0]?.message}`);
    }
    return [name, checked.value];
  });
  return Object.fromEntries(values);
}

function given(event: QueriedRequest): [name: string, values: string[] | undefined][] {
  if ("multiValueQueryStringParameters" in event) {
    return Object.entries(event.multiValueQueryStringParameters ?? {});
  }
  const parameters = Object.entries(event.queryStringParameters ?? {});
  return parameters.map(([name, value = ""]) => [name, [value]]);
}
