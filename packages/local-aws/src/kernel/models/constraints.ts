import type { Shape } from "./service-model.ts";

const patterns = new WeakMap<Shape, RegExp>();

type Rule = "max" | "min" | "pattern" | "enum";

/** The constraints of a shape (length, range, pattern, enumeration) that a value violates, in AWS's wording; usually none. */
export function brokenConstraints(shape: Shape, value: unknown): string[] {
  const { min, max } = shape;
  const broken: string[] = [];
  const size = sizeOf(shape, value);
  const tooLong = size !== undefined && max !== undefined && size > max;
  if (tooLong) broken.push(inWords(shape, "max"));
  // A string that is too long is not matched: the time of a pattern grows with it.
  else if (typeof value === "string" && shape.pattern && !patternOf(shape).test(value))
    broken.push(inWords(shape, "pattern"));
  if (size !== undefined && min !== undefined && size < min) broken.push(inWords(shape, "min"));
  if (typeof value === "string" && shape.enum && !shape.enum.includes(value))
    broken.push(inWords(shape, "enum"));
  return broken;
}

/** All constraints of a shape: AWS lists all of them when one member of a list or a key of a map violates one. */
export function allConstraints(shape: Shape): string[] {
  const rules: Rule[] = ["max", "min", "pattern", "enum"];
  return rules.filter((rule) => shape[rule] !== undefined).map((rule) => inWords(shape, rule));
}

function inWords(shape: Shape, rule: Rule): string {
  const of = shape.type === "integer" || shape.type === "long" ? "value" : "length";
  switch (rule) {
    case "max":
      return `Member must have ${of} less than or equal to ${shape.max}`;
    case "min":
      return `Member must have ${of} greater than or equal to ${shape.min}`;
    case "pattern":
      return `Member must satisfy regular expression pattern: ${shape.pattern}`;
    case "enum":
      return `Member must satisfy enum value set: [${shape.enum?.join(", ")}]`;
  }
}

function sizeOf(shape: Shape, value: unknown): number | undefined {
  if (shape.min === undefined && shape.max === undefined) return undefined;
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const { length } = value;
    // AWS counts characters; a string's length here counts those beyond the basic plane twice.
    return shape.type === "string" && length > (shape.max ?? length) ? [...value].length : length;
  }
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}

/** AWS's patterns are Java's and match the whole value. */
function patternOf(shape: Shape): RegExp {
  let pattern = patterns.get(shape);
  if (!pattern) {
    const source = (shape.pattern ?? "").replaceAll("\\p{ASCII}", "[\\x00-\\x7f]");
    pattern = new RegExp(`^(?:${source})$`, source.includes("\\p{") ? "u" : "");
    patterns.set(shape, pattern);
  }
  return pattern;
}
