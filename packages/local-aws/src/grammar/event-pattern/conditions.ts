import { type EventPattern, isAlternatives, isObject, type Match } from "./syntax.ts";

/** A pattern with names split at their dots: `{"a.b": …}` and `{"a": {"b": …}}` are the same. */
export interface Conditions {
  fields: Map<string, FieldConditions>;
  /** Of each group one must hold. */
  alternatives: Conditions[][];
}

interface FieldConditions {
  /** Of each list one must fit. */
  lists: (readonly Match[])[];
  below?: Conditions;
}

const known = new WeakMap<EventPattern, Conditions>();

/** The conditions of a pattern, computed once. */
export function conditionsOf(pattern: EventPattern): Conditions {
  let conditions = known.get(pattern);
  if (!conditions) {
    conditions = empty();
    add(conditions, pattern);
    known.set(pattern, conditions);
  }
  return conditions;
}

/** What a node of an event has under a name, also where names further down are joined to it by dots. */
export function memberNamed(node: unknown, name: string): unknown {
  if (!isObject(node)) return undefined;
  const found: unknown[] = Object.hasOwn(node, name) ? [node[name]] : [];
  const joined = `${name}.`;
  for (const key of Object.keys(node)) {
    if (key.startsWith(joined)) found.push({ [key.slice(joined.length)]: node[key] });
  }
  if (found.length < 2) return found[0];
  return found.every(isObject) ? Object.assign({}, ...found) : found;
}

function empty(): Conditions {
  return { fields: new Map(), alternatives: [] };
}

function add(to: Conditions, pattern: EventPattern): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (isAlternatives(name, wanted)) {
      to.alternatives.push(wanted.map(conditionsOf));
      continue;
    }
    let at = to;
    const names = name.split(".");
    const last = names.pop() ?? "";
    for (const one of names) at = below(at, one);
    if (isMatchList(wanted)) field(at, last).lists.push(wanted);
    else add(below(at, last), wanted);
  }
}

function field({ fields }: Conditions, name: string): FieldConditions {
  const known = fields.get(name) ?? { lists: [] };
  fields.set(name, known);
  return known;
}

function below(conditions: Conditions, name: string): Conditions {
  const of = field(conditions, name);
  of.below ??= empty();
  return of.below;
}

function isMatchList(wanted: EventPattern | readonly Match[]): wanted is readonly Match[] {
  return Array.isArray(wanted);
}
