import type { Shape } from "./service-model.ts";

const patterns = new WeakMap<Shape, RegExp>();

/** What a value breaks of its shape's length, range, pattern and enumeration, in AWS's words; often nothing. */
export function brokenConstraints(shape: Shape, value: unknown): string[] {
  const { min, max } = shape;
  const broken: string[] = [];
  const size = sizeOf(shape, value);
  if (size !== undefined) {
    const of = shape.type === "integer" || shape.type === "long" ? "value" : "length";
    if (max !== undefined && size > max)
      broken.push(`Member must have ${of} less than or equal to ${max}`);
    if (min !== undefined && size < min)
      broken.push(`Member must have ${of} greater than or equal to ${min}`);
  }
  if (typeof value !== "string") return broken;
  // A text that is too long is not matched: the time of a pattern grows with it.
  if (shape.pattern && broken.length === 0 && !patternOf(shape).test(value))
    broken.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  if (shape.enum && !shape.enum.includes(value))
    broken.push(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  return broken;
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
