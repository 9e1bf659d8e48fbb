import { type AttributeValue, attributeOf, type Item } from "../values/attribute-value.ts";
import { ExpressionError, type Path } from "./syntax.ts";

/** The value at a path; undefined where there is none. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value = attributeOf(item, path[0] as string);
  for (let index = 1; value && index < path.length; index++) {
    const step = path[index] as string | number;
    if (typeof step === "number") value = value.L?.[step];
    else value = value.M && attributeOf(value.M, step);
  }
  return value;
}

/** A path as DynamoDB's messages show it. */
export function pathText(path: Path): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

/** Whether two paths are the same. */
export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** How two paths sort: step by step, indexes as numbers. */
export function comparePaths(a: Path, b: Path): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const left = a[index] as string | number;
    const right = b[index] as string | number;
    if (left === right) continue;
    if (typeof left !== typeof right) return typeof left === "string" ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * Checks that no two paths of one expression are about the same part of a document.
 *
 * @throws ExpressionError where one path is a prefix of another, or one reads as a map what another reads as a list.
 */
export function checkOverlaps(paths: readonly Path[]): void {
  for (const [index, second] of paths.entries()) {
    for (const first of paths.slice(0, index)) {
      const problem = clash(first, second);
      if (!problem) continue;
      throw new ExpressionError(
        `Two document paths ${problem} with each other; must remove or rewrite one of these paths; path one: ${pathText(first)}, path two: ${pathText(second)}`,
      );
    }
  }
}

function clash(a: Path, b: Path): "overlap" | "conflict" | undefined {
  for (let index = 0; index < a.length && index < b.length; index++) {
    if (a[index] === b[index]) continue;
    return typeof a[index] === typeof b[index] ? undefined : "conflict";
  }
  return "overlap";
}
