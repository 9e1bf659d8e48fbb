import * as v from "valibot";
import type { FieldError } from "./contract.ts";

const MAX_ERRORS = 20;

const CODES: Readonly<Record<string, string>> = {
  check: "format",
  max_length: "max_length",
  max_value: "max",
  min_length: "min_length",
  min_value: "min",
  picklist: "enum",
  regex: "pattern",
  safe_integer: "integer",
};

/** A value that fits a schema, or everything that is wrong with it. */
export type Checked<T> = { value: T; errors?: undefined } | { errors: FieldError[] };

/** Checks a value against a schema. The errors never repeat the value. */
export function check<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
): Checked<v.InferOutput<S>> {
  const result = v.safeParse(schema, value, { message: expectation });
  return result.success
    ? { value: result.output }
    : { errors: result.issues.slice(0, MAX_ERRORS).map(fieldError) };
}

/** The errors in one line. `whole`: the name of the value as a whole. */
export function textOf(errors: FieldError[], whole: string): string {
  return errors.map(({ pointer, message }) => `${pointer || whole} ${message}`).join("; ");
}

function fieldError(issue: v.BaseIssue<unknown>): FieldError {
  return { pointer: pointerTo(issue), code: codeOf(issue), message: issue.message };
}

/** JSON pointer (RFC 6901) to the value that the issue is about. */
function pointerTo(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function codeOf(issue: v.BaseIssue<unknown>): string {
  if (isUnknownField(issue)) return "unknown_field";
  if (isMissing(issue)) return "required";
  return CODES[issue.type] ?? (issue.kind === "schema" ? "type" : issue.type);
}

/** The message for an issue whose schema has none. */
function expectation(issue: v.BaseIssue<unknown>): string {
  if (isUnknownField(issue)) return "is not a known field";
  if (isMissing(issue)) return "is required";
  return issue.kind === "schema"
    ? `must be of type ${issue.expected}`
    : `must be ${issue.expected}`;
}

// Valibot reports both on the object that holds the field.
function isUnknownField(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

function isMissing(issue: v.BaseIssue<unknown>): boolean {
  return /^(strict_)?object$/.test(issue.type) && issue.received === "undefined" && !!issue.path;
}
