import type { ErrorObject } from "ajv";

/** The findings in the wording of API Gateway's validator, as `$context.error.validationErrorString` has them. */
export function describeModelErrors(errors: readonly ErrorObject[]): string {
  const missing = named(errors, "required", "missingProperty");
  const extra = named(errors, "additionalProperties", "additionalProperty");
  const sentences = [
    ...missing.map((names) => `object has missing required properties (${JSON.stringify(names)})`),
    ...errors.map(describe).filter((sentence) => sentence !== undefined),
    ...extra.map(
      (names) =>
        `object instance has properties which are not allowed by the schema: ${JSON.stringify(names)}`,
    ),
  ];
  return `[${sentences.join(", ")}]`;
}

/** The properties that errors of one keyword name: a sorted list for each object that is wrong. */
function named(errors: readonly ErrorObject[], keyword: string, parameter: string): string[][] {
  const byObject = new Map<string, string[]>();
  for (const error of errors) {
    if (error.keyword !== keyword) continue;
    const names = byObject.get(error.instancePath) ?? [];
    byObject.set(error.instancePath, [...names, String(error.params[parameter])]);
  }
  return [...byObject.values()].map((names) => names.sort());
}

function describe({ keyword, data, schema, params, message }: ErrorObject): string | undefined {
  switch (keyword) {
    case "required":
    case "additionalProperties":
      return undefined;
    case "type":
      return (
        `instance type (${typeName(data)}) does not match any allowed primitive type ` +
        `(allowed: ${JSON.stringify([params["type"]].flat())})`
      );
    case "enum":
      return (
        `instance value (${JSON.stringify(data)}) not found in enum ` +
        `(possible values: ${JSON.stringify(schema)})`
      );
    case "minLength":
      return `string "${data}" is too short (length: ${lengthOf(data)}, required minimum: ${schema})`;
    case "maxLength":
      return `string "${data}" is too long (length: ${lengthOf(data)}, maximum allowed: ${schema})`;
    case "pattern":
      return `ECMA 262 regex "${schema}" does not match input string "${data}"`;
    case "format":
      return `string "${data}" is invalid against requested format "${schema}"`;
    case "minimum":
      return `numeric instance is lower than the required minimum (minimum: ${schema}, found: ${data})`;
    case "maximum":
      return `numeric instance is greater than the required maximum (maximum: ${schema}, found: ${data})`;
    default:
      return message;
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function lengthOf(value: unknown): number {
  return [...String(value)].length;
}
