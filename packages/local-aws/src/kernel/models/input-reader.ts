import { allConstraints, brokenConstraints } from "./constraints.ts";
import { type Reference, type ServiceModel, type Shape, shapeOf } from "./service-model.ts";
import { notACollection, readScalar, WireTypeError } from "./wire-types.ts";

/** A member of the input that violates the model; `rule` is AWS's wording. */
export interface Violation {
  path: Path;
  /** The value as AWS shows it: in quotes, `null`, or nothing where it is secret or large. */
  shown: string;
  rule: string;
  missing: boolean;
}

/** The path of a value; its parts are joined only when an error needs them. */
export interface Path {
  parent?: Path | undefined;
  name: string;
  /** Position of a list's item, from 1. */
  index?: number;
  /** Its name in the query protocol, where that differs. */
  wireName?: string | undefined;
}

// Deeper than any input that AWS accepts; each level of a DynamoDB map counts three times.
const MAX_DEPTH = 400;
const MAX_SHOWN = 1024;
const NONE: readonly string[] = [];

/** A walk over one input. */
interface Walk {
  model: ServiceModel;
  violations: Violation[];
  /** Shapes whose constraints are not checked here. */
  later: readonly string[];
  /** Shapes that are not looked into here. */
  own: readonly string[];
}

/**
 * Reads an operation's input by its model: members that AWS does not know and those that are null are left
 * out. Returns the same object if there is nothing to change.
 *
 * @throws WireTypeError if a value has another type than the model says.
 */
export function readInput(
  model: ServiceModel,
  input: string,
  value: unknown,
  later: readonly string[],
  own: readonly string[],
): { value: Record<string, unknown>; violations: Violation[] } {
  const walk: Walk = { model, violations: [], later, own };
  const read = readStructure(walk, shapeOf(model, input), value, undefined, 0);
  return { value: read, violations: walk.violations };
}

function readValue(
  walk: Walk,
  reference: Reference,
  value: unknown,
  path: Path,
  depth: number,
): unknown {
  const shape = shapeOf(walk.model, reference);
  if (walk.own.includes(shapeName(reference))) return value;
  if (depth > MAX_DEPTH) throw new WireTypeError(`nested deeper than ${MAX_DEPTH} levels`);
  switch (shape.type) {
    case "structure":
      return readStructure(walk, shape, value, path, depth);
    case "list":
      check(walk, reference, shape, value, path);
      return readList(walk, shape, value, path, depth);
    case "map":
      check(walk, reference, shape, value, path);
      return readMap(walk, shape, value, path, depth);
    default: {
      const read = readScalar(shape.type, value);
      check(walk, reference, shape, read, path);
      return read;
    }
  }
}

function readStructure(
  walk: Walk,
  shape: Shape,
  value: unknown,
  path: Path | undefined,
  depth: number,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw Array.isArray(value) && !path
      ? new WireTypeError("Start of list found where not expected")
      : notACollection(value);
  const given = value as Record<string, unknown>;
  const members = shape.members ?? {};
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(given)) {
    const reference = Object.hasOwn(members, name) ? members[name] : undefined;
    const member = given[name];
    if (reference === undefined || member === undefined || member === null) {
      copy ??= { ...given };
      delete copy[name];
      continue;
    }
    // A payload of bytes is the body of an HTTP request as it came, not base64.
    if (name === shape.payload && shapeOf(walk.model, reference).type === "blob") continue;
    const at = { parent: path, name, wireName: wireNameOf(reference) };
    const read = readValue(walk, reference, member, at, depth + 1);
    if (read === member) continue;
    copy ??= { ...given };
    copy[name] = read;
  }
  const read = copy ?? given;
  for (const name of shape.required ?? []) {
    if (Object.hasOwn(read, name)) continue;
    const reference = members[name];
    const at = { parent: path, name, wireName: reference && wireNameOf(reference) };
    const rule = "Member must not be null";
    walk.violations.push({ path: at, shown: " null", rule, missing: true });
  }
  return read;
}

function readList(walk: Walk, shape: Shape, value: unknown, path: Path, depth: number): unknown {
  if (!Array.isArray(value)) throw notACollection(value);
  const reference = shape.member ?? "";
  const inner = shapeOf(walk.model, reference);
  const plain = inner.type !== "structure" && inner.type !== "list" && inner.type !== "map";
  let copy: unknown[] | undefined;
  let broken: readonly string[] | undefined;
  value.forEach((item, index) => {
    if (item === null || item === undefined)
      throw new WireTypeError("a list must not contain null");
    const read = plain
      ? readScalar(inner.type, item)
      : readValue(walk, reference, item, itemPath(path, index, reference), depth + 1);
    if (plain && !broken) {
      const found = constraintsOf(walk, reference, inner, read);
      if (found.length > 0) broken = allConstraints(inner);
    }
    if (read === item) return;
    copy ??= [...value];
    copy[index] = read;
  });
  if (broken) {
    const rule = `Member must satisfy constraint: [${broken.join(", ")}]`;
    walk.violations.push({ path, shown: show(shape, value), rule, missing: false });
  }
  return copy ?? value;
}

function readMap(walk: Walk, shape: Shape, value: unknown, path: Path, depth: number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw Array.isArray(value)
      ? new WireTypeError("Unrecognized collection type java.util.Map")
      : notACollection(value);
  const given = value as Record<string, unknown>;
  const keyReference = shape.key ?? "";
  const keyShape = shapeOf(walk.model, keyReference);
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(given)) {
    const found = constraintsOf(walk, keyReference, keyShape, name);
    if (found.length > 0) {
      const rule = `Map keys must satisfy constraint: [${allConstraints(keyShape).join(", ")}]`;
      walk.violations.push({ path, shown: show(shape, value), rule, missing: false });
    }
    const item = given[name];
    if (item === null || item === undefined) {
      copy ??= { ...given };
      delete copy[name];
      continue;
    }
    const at = { parent: { parent: path, name }, name: "member" };
    const read = readValue(walk, shape.value ?? "", item, at, depth + 1);
    if (read === item) continue;
    copy ??= { ...given };
    // An attribute may be called __proto__; only a definition sets it.
    Object.defineProperty(copy, name, {
      value: read,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy ?? value;
}

function check(walk: Walk, reference: Reference, shape: Shape, value: unknown, path: Path): void {
  for (const rule of constraintsOf(walk, reference, shape, value)) {
    walk.violations.push({ path, shown: show(shape, value), rule, missing: false });
  }
}

function constraintsOf(
  walk: Walk,
  reference: Reference,
  shape: Shape,
  value: unknown,
): readonly string[] {
  const { min, max, pattern } = shape;
  if (min === undefined && max === undefined && pattern === undefined && !shape.enum) return NONE;
  return walk.later.includes(shapeName(reference)) ? NONE : brokenConstraints(shape, value);
}

function shapeName(reference: Reference): string {
  return typeof reference === "string" ? reference : reference.shape;
}

function itemPath(path: Path, index: number, reference: Reference): Path {
  return { parent: path, name: "member", index: index + 1, wireName: wireNameOf(reference) };
}

function wireNameOf(reference: Reference): string | undefined {
  return typeof reference === "string" ? undefined : reference.locationName;
}

/** The value as AWS's sentence shows it, with a space before; empty where it is left out. */
function show(shape: Shape, value: unknown): string {
  if (shape.sensitive) return "";
  if (typeof value === "string") return value.length <= MAX_SHOWN ? ` '${value}'` : "";
  if (typeof value !== "object" || value === null) return ` '${value}'`;
  const items = Array.isArray(value) ? value : Object.keys(value);
  if (items.length === 0) return Array.isArray(value) ? " '[]'" : " '{}'";
  const text = items.every((item) => typeof item === "string") && Array.isArray(value);
  const joined = text ? ` '[${items.join(", ")}]'` : "";
  return joined.length <= MAX_SHOWN ? joined : "";
}
