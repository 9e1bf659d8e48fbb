import { at, type Plain, type Step } from "./naive-values.ts";

export type Computed =
  | { kind: "value"; value: Plain; json: object }
  | { kind: "path"; path: Step[] }
  | { kind: "sum"; operator: "+" | "-"; parts: [Computed, Computed] }
  | { kind: "fallback"; path: Step[]; or: Computed }
  | { kind: "append"; parts: [Computed, Computed] };

export type Action =
  | { section: "SET"; path: Step[]; value: Computed }
  | { section: "REMOVE"; path: Step[] }
  | { section: "ADD" | "DELETE"; path: Step[]; value: Extract<Computed, { kind: "value" }> };

/** Why an update is refused. */
export class Refused extends Error {}

type Change = { path: Step[]; value: Plain | undefined };

/** The item after an update, made anew from the old one: everything is read there before anything is made. */
export function naivelyUpdated(old: Map<string, Plain>, actions: Action[]): Map<string, Plain> {
  const changes = actions.map((action): Change => {
    const parent = at(old, action.path.slice(0, -1));
    const wanted = typeof action.path.at(-1) === "string" ? "M" : "L";
    const value = changed(old, action);
    if (parent?.type !== wanted) throw new Refused("path");
    return { path: action.path, value };
  });
  const made = remade({ type: "M", map: old }, changes);
  if (made?.type !== "M") throw new Error("an item became something else");
  return made.map;
}

function changed(old: Map<string, Plain>, action: Action): Plain | undefined {
  if (action.section === "SET") return computed(old, action.value);
  if (action.section === "REMOVE") return undefined;
  const before = at(old, action.path);
  const { value } = action.value;
  if (before && before.type !== value.type) throw new Refused("type");
  if (value.type === "N" && before?.type === "N") return sum(before.number, value.number);
  if (!("members" in value)) return value;
  const had = before && "members" in before ? before.members : [];
  const members =
    action.section === "ADD"
      ? [...new Set([...had, ...value.members])].sort()
      : had.filter((member) => !value.members.includes(member));
  return members.length > 0 ? { type: value.type, members } : undefined;
}

function computed(old: Map<string, Plain>, value: Computed): Plain {
  switch (value.kind) {
    case "value":
      return value.value;
    case "path": {
      const found = at(old, value.path);
      if (!found) throw new Refused("missing");
      return found;
    }
    case "fallback":
      return at(old, value.path) ?? computed(old, value.or);
    case "append": {
      const [first, second] = value.parts.map((part) => computed(old, part));
      if (first?.type !== "L" || second?.type !== "L") throw new Refused("type");
      return { type: "L", list: first.list.concat(second.list) };
    }
    case "sum": {
      const [first, second] = value.parts.map((part) => computed(old, part));
      if (first?.type !== "N" || second?.type !== "N") throw new Refused("type");
      return sum(first.number, value.operator === "+" ? second.number : -second.number);
    }
  }
}

function sum(a: bigint, b: bigint): Plain {
  const number = a + b;
  const digits = String(number).replace("-", "").replace(/0+$/, "");
  if (digits.length > 38) throw new Refused("digits");
  if (number !== 0n && String(number).replace("-", "").length > 126 + 140)
    throw new Refused("size");
  return { type: "N", number };
}

/** A value with the changes that are about it or lie in it; undefined where it goes. */
function remade(old: Plain | undefined, changes: Change[]): Plain | undefined {
  const own = changes.find(({ path }) => path.length === 0);
  if (own) return own.value;
  if (changes.length === 0) return old;
  const inside = (step: Step) =>
    changes
      .filter(({ path }) => path[0] === step)
      .map(({ path, value }) => ({ path: path.slice(1), value }));
  if (old?.type === "M") {
    const names = new Set([...old.map.keys(), ...changes.map(({ path }) => String(path[0]))]);
    const map = new Map<string, Plain>();
    for (const name of names) {
      const value = remade(old.map.get(name), inside(name));
      if (value) map.set(name, value);
    }
    return { type: "M", map };
  }
  if (old?.type !== "L") return old;
  const kept = old.list.map((element, index) => remade(element, inside(index)));
  const beyond = changes
    .filter(({ path }) => Number(path[0]) >= old.list.length)
    .sort((a, b) => Number(a.path[0]) - Number(b.path[0]))
    .map(({ value }) => value);
  return { type: "L", list: [...kept, ...beyond].filter((element) => element !== undefined) };
}
