import type { PathOrNull } from "./asl-types.ts";
import { readJsonPath, whyNothing, writeJsonPath } from "./json-path.ts";
import { writeJson } from "./kept-text.ts";
import { fillTemplate, type Scope } from "./payload-template.ts";
import { runtimeError, StatesError } from "./states-error.ts";

/** Most bytes that a state may take or give: 256 KiB as JSON. */
export const MAX_DATA_BYTES = 262_144;

/** Applies `InputPath` or `OutputPath`. */
export function select(path: PathOrNull | undefined, scope: Scope): unknown {
  if (path === undefined) return scope.data;
  if (path === null) return {};
  const found = readJsonPath(path, scope);
  if (found === undefined) {
    throw runtimeError(`Invalid path '${path}' : ${whyNothing(path, scope)}`);
  }
  return found;
}

/** Applies a template where there is one. */
export function reshape(template: unknown, scope: Scope): unknown {
  return template === undefined ? scope.data : fillTemplate(template, scope);
}

/** Puts a result into the state's input as `ResultPath` says. */
export function placeResult(
  path: PathOrNull | undefined,
  stateInput: unknown,
  result: unknown,
): unknown {
  if (path === undefined) return result;
  return path === null ? stateInput : writeJsonPath(path, stateInput, result);
}

/** A number of seconds, given as such or by a path. */
export function readSeconds(
  seconds: number | undefined,
  path: string | undefined,
  field: string,
  scope: Scope,
): number | undefined {
  if (path === undefined) return seconds;
  const found = readJsonPath(path, scope);
  if (found === undefined) {
    throw runtimeError(`The ${field} parameter does not reference an input value: ${path}`);
  }
  if (typeof found !== "number" || !Number.isInteger(found)) {
    throw runtimeError(
      `The ${field} parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(found)}`,
    );
  }
  if (found < 0) {
    throw runtimeError(`The ${field} parameter references a negative value: ${path} == ${found}`);
  }
  return found;
}

/**
 * The value as JSON.
 *
 * @throws StatesError `States.DataLimitExceeded` above 256 KiB; `what` names the state or task.
 */
export function limitedJson(value: unknown, what: string): string {
  const json = writeJson(value);
  if (Buffer.byteLength(json) > MAX_DATA_BYTES) {
    throw new StatesError(
      "States.DataLimitExceeded",
      `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return json;
}
