import {
  type AttributeValue,
  attributeOf,
  type Item,
  setAttribute,
} from "../values/attribute-value.ts";
import { checkOverlaps } from "./document-path.ts";
import { checkReserved, parsePath } from "./parse-path.ts";
import type { Placeholders } from "./placeholders.ts";
import type { Path } from "./syntax.ts";
import { TokenReader } from "./tokens.ts";

/** The requested parts of an item: by name or index, `undefined` for the whole of it. */
export interface Projection {
  paths: readonly Path[];
  parts: Parts;
}

type Parts = Map<string | number, Parts | undefined>;

/** Reads a projection. @throws ExpressionError */
export function parseProjection(source: string): Path[] {
  const tokens = new TokenReader(source);
  const paths = [parsePath(tokens)];
  while (tokens.accept(",")) paths.push(parsePath(tokens));
  if (tokens.next.kind !== "end") throw tokens.fail();
  for (const path of paths) checkReserved(path);
  return paths;
}

/** Fills in a projection's names. @throws ExpressionError where one is not defined or two paths overlap. */
export function bindProjection(written: readonly Path[], placeholders: Placeholders): Projection {
  const paths = written.map((path) => placeholders.path(path));
  checkOverlaps(paths);
  return projectionOf(paths);
}

/** The projection that keeps these paths. */
export function projectionOf(paths: readonly Path[]): Projection {
  const parts: Parts = new Map();
  for (const path of paths) {
    let inner = parts;
    for (const step of path.slice(0, -1)) {
      const deeper = inner.get(step) ?? new Map();
      inner.set(step, deeper);
      inner = deeper;
    }
    inner.set(path.at(-1) as string | number, undefined);
  }
  return { paths, parts };
}

/** The attributes of an item that a projection selects; the selected elements of a list are renumbered without gaps. */
export function project(item: Item, { parts }: Projection): Item {
  return projectMap(item, parts);
}

function projectMap(map: Item, parts: Parts): Item {
  const kept: Item = {};
  for (const [name, inner] of parts) {
    const value = typeof name === "string" ? attributeOf(map, name) : undefined;
    const part = value && projectValue(value, inner);
    if (part) setAttribute(kept, name as string, part);
  }
  return kept;
}

function projectValue(value: AttributeValue, parts: Parts | undefined): AttributeValue | undefined {
  if (!parts) return value;
  if (value.M) {
    const map = projectMap(value.M, parts);
    return Object.keys(map).length > 0 ? { M: map } : undefined;
  }
  const list: AttributeValue[] = [];
  for (const [index, element] of (value.L ?? []).entries()) {
    const part = parts.has(index) ? projectValue(element, parts.get(index)) : undefined;
    if (part) list.push(part);
  }
  return list.length > 0 ? { L: list } : undefined;
}
