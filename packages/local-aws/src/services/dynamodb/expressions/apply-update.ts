import { type AttributeValue, type Item, setAttribute } from "../values/attribute-value.ts";
import { sortBinaries, sortNumbers, sortStrings } from "../values/check-value.ts";
import { addNumbers, subtractNumbers } from "../values/decimal.ts";
import type { SetValue, UpdateAction } from "./bind-update.ts";
import { comparePaths, valueAt } from "./document-path.ts";
import type { Path } from "./syntax.ts";

/** Why an update does not fit its item, in DynamoDB's wording. */
export class UpdateError extends Error {
  override readonly name = "UpdateError";
}

const INVALID_PATH = "The document path provided in the update expression is invalid for update";
const MISSING = "The provided expression refers to an attribute that does not exist in the item";
const WRONG_TYPE = "An operand in the update expression has an incorrect data type";

type Set = "SS" | "NS" | "BS";

const SORTED: Readonly<Record<Set, (members: string[]) => string[]>> = {
  SS: sortStrings,
  NS: sortNumbers,
  BS: sortBinaries,
};

/**
 * The item after an update; the given one stays as it is. Every operand is read from the item before the update, and
 * every index is one of its lists'.
 *
 * @throws UpdateError, DecimalError
 */
export function applyUpdate(before: Item, actions: readonly UpdateAction[]): Item {
  const item = { ...before };
  const writes: { path: Path; value: AttributeValue | undefined }[] = [];
  for (const action of actions) {
    const write = { path: action.path, value: newValue(before, action) };
    checkParent(before, action.path);
    if (write.value || valueAt(before, action.path)) writes.push(write);
  }
  // In the order of their paths, so that values beyond a list's end are appended in the order of their indexes.
  writes.sort((a, b) => comparePaths(a.path, b.path));
  const copies = new Copies(item);
  for (const { path, value } of writes) if (value) copies.set(path, value);
  // From the end, so that no removal moves what another one names.
  for (const { path, value } of writes.reverse()) if (!value) copies.remove(path);
  return item;
}

/** What an action leaves at its path; undefined for nothing. */
function newValue(before: Item, action: UpdateAction): AttributeValue | undefined {
  if (action.section === "SET") return evaluate(before, action.value);
  if (action.section === "REMOVE") return undefined;
  const { section, path, value } = action;
  const old = valueAt(before, path);
  if (value.N !== undefined) return add(old, value.N);
  for (const type of ["SS", "NS", "BS"] as const) {
    const members = value[type];
    if (!members) continue;
    if (old && !old[type]) throw new UpdateError(WRONG_TYPE);
    const had = old?.[type] ?? [];
    const kept =
      section === "ADD"
        ? SORTED[type]([...new globalThis.Set([...had, ...members])])
        : had.filter((member) => !members.includes(member));
    return kept.length > 0 ? { [type]: kept } : undefined;
  }
  throw new UpdateError(WRONG_TYPE);
}

function add(old: AttributeValue | undefined, number: string): AttributeValue {
  if (!old) return { N: number };
  if (old.N === undefined) throw new UpdateError(WRONG_TYPE);
  return { N: addNumbers(old.N, number) };
}

function evaluate(item: Item, value: SetValue): AttributeValue {
  switch (value.kind) {
    case "value":
      return value.value;
    case "path": {
      const found = valueAt(item, value.path);
      if (!found) throw new UpdateError(MISSING);
      return found;
    }
    case "if_not_exists":
      return valueAt(item, value.path) ?? evaluate(item, value.fallback);
    case "list_append": {
      const first = evaluate(item, value.first).L;
      const second = evaluate(item, value.second).L;
      if (!first || !second) throw new UpdateError(WRONG_TYPE);
      return { L: [...first, ...second] };
    }
    case "arithmetic": {
      const left = evaluate(item, value.left).N;
      const right = evaluate(item, value.right).N;
      if (left === undefined || right === undefined) throw new UpdateError(WRONG_TYPE);
      return {
        N: value.operator === "+" ? addNumbers(left, right) : subtractNumbers(left, right),
      };
    }
  }
}

/** @throws UpdateError if the parent of a path's last step does not exist, or has another type. */
function checkParent(item: Item, path: Path): void {
  if (path.length === 1) return;
  const parent = valueAt(item, path.slice(0, -1));
  const fits = typeof path.at(-1) === "number" ? parent?.L : parent?.M;
  if (!fits) throw new UpdateError(INVALID_PATH);
}

/** Writes into an item; each map and list on the way is copied once. */
class Copies {
  readonly #item: Item;
  readonly #own = new globalThis.Set<object>();

  constructor(item: Item) {
    this.#item = item;
  }

  set(path: Path, value: AttributeValue): void {
    const { map, list } = this.#container(path);
    const last = path.at(-1);
    if (map) setAttribute(map, last as string, value);
    else if (list) {
      if ((last as number) < list.length) list[last as number] = value;
      else list.push(value);
    }
  }

  remove(path: Path): void {
    const { map, list } = this.#container(path);
    const last = path.at(-1);
    if (map) delete map[last as string];
    else list?.splice(last as number, 1);
  }

  /** A copy of the map or list of a path's last step, which this update may change. */
  #container(path: Path): { map?: Item; list?: AttributeValue[] } {
    let map: Item | undefined = this.#item;
    let list: AttributeValue[] | undefined;
    for (const step of path.slice(0, -1)) {
      const old: AttributeValue | undefined = map ? map[step as string] : list?.[step as number];
      const copy: AttributeValue = this.#copy(old ?? {});
      if (map) setAttribute(map, step as string, copy);
      else if (list) list[step as number] = copy;
      map = copy.M;
      list = copy.L;
    }
    return { ...(map && { map }), ...(list && { list }) };
  }

  #copy(value: AttributeValue): AttributeValue {
    if (this.#own.has(value)) return value;
    const copy: AttributeValue = value.M ? { M: { ...value.M } } : { L: [...(value.L ?? [])] };
    this.#own.add(copy);
    return copy;
  }
}
