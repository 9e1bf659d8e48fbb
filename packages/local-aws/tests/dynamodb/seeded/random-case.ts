import type { AttributeValue } from "../../../src/services/dynamodb/values/attribute-value.ts";
import type { Condition, Operand } from "./naive-condition.ts";
import type { Action, Computed } from "./naive-update.ts";
import { plain, type Step } from "./naive-values.ts";

const NUMBERS = ["0", "1", "-1", "2", "1.5", "-0.25", "1e20", "99999999999999999999", "1e-100"];
const TEXTS = ["", "a", "b", "ab", "abc", "A", "é", "\u{1F600}", "\u{FFFF}", "10"];
const BYTES = ["", "YQ==", "YWI=", "/w==", "AA=="];
const NAMES = ["k", "l", "m", "n"];
const TYPES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

/** Random cases from one seed. */
export class RandomCases {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  item(id: number): Record<string, AttributeValue> {
    const item: Record<string, AttributeValue> = { id: { S: String(id) } };
    for (const name of NAMES) if (this.#chance(0.7)) item[name] = this.#value(0);
    return item;
  }

  condition(depth = 0): Condition {
    if (depth < 3 && this.#chance(0.4)) {
      if (this.#chance(0.25)) return { kind: "not", part: this.condition(depth + 1) };
      const kind = this.#one(["both", "either"] as const);
      return { kind, parts: [this.condition(depth + 1), this.condition(depth + 1)] };
    }
    switch (this.#below(7)) {
      case 0:
        return { kind: "exists", path: this.#path(), denied: this.#chance(0.5) };
      case 1:
        return { kind: "type", path: this.#path(), type: this.#one(TYPES) };
      case 2:
        return { kind: "begins", left: this.#pathOperand(), right: this.#constant(["S", "B"]) };
      case 3:
        return { kind: "contains", left: this.#pathOperand(), right: this.#constant() };
      case 4: {
        const list = Array.from({ length: 1 + this.#below(3) }, () => this.#constant());
        return { kind: "in", operand: this.#pathOperand(), list };
      }
      case 5: {
        const operator = this.#one(["=", "<>"]);
        return { kind: "compare", operator, left: this.#measured(), right: this.#constant() };
      }
      default: {
        const right = this.#constant(["S", "N", "B"]);
        const operator = this.#one(["<", "<=", ">", ">="]);
        return { kind: "compare", operator, left: this.#measured(), right };
      }
    }
  }

  /** One to four actions whose paths do not overlap. */
  actions(): Action[] {
    const actions: Action[] = [];
    for (let left = 1 + this.#below(4); left > 0; left--) {
      const action = this.#action();
      if (!actions.some(({ path }) => overlaps(path, action.path))) actions.push(action);
    }
    return actions;
  }

  #action(): Action {
    const path = this.#path();
    switch (this.#below(5)) {
      case 0:
        return { section: "REMOVE", path };
      case 1:
        return { section: "ADD", path, value: this.#constant(["N", "SS", "NS", "BS"]) };
      case 2:
        return { section: "DELETE", path, value: this.#constant(["SS", "NS", "BS"]) };
      default:
        return { section: "SET", path, value: this.#computed() };
    }
  }

  #computed(): Computed {
    switch (this.#below(5)) {
      case 0:
        return this.#pathOperand();
      case 1:
        return {
          kind: "sum",
          operator: this.#one(["+", "-"] as const),
          parts: [this.#pathOperand(), this.#constant(["N"])],
        };
      case 2:
        return { kind: "fallback", path: this.#path(), or: this.#constant() };
      case 3:
        return { kind: "append", parts: [this.#pathOperand(), this.#constant(["L"])] };
      default:
        return this.#constant();
    }
  }

  #measured(): Operand {
    return this.#chance(0.2) ? { kind: "size", path: this.#path() } : this.#pathOperand();
  }

  #pathOperand(): { kind: "path"; path: Step[] } {
    return { kind: "path", path: this.#path() };
  }

  #constant(types: readonly string[] = TYPES) {
    const json = this.#value(1, this.#one(types));
    return { kind: "value" as const, value: plain(json), json };
  }

  #path(): Step[] {
    const path: Step[] = [this.#one(NAMES)];
    while (path.length < 4 && this.#chance(0.35)) {
      path.push(this.#chance(0.5) ? this.#one(NAMES) : this.#below(4));
    }
    return path;
  }

  #value(depth: number, type = this.#one(TYPES)): AttributeValue {
    switch (type) {
      case "S":
        return { S: this.#one(TEXTS) };
      case "N":
        return { N: this.#one(NUMBERS) };
      case "B":
        return { B: this.#one(BYTES) };
      case "BOOL":
        return { BOOL: this.#chance(0.5) };
      case "NULL":
        return { NULL: true };
      case "SS":
        return { SS: this.#some(TEXTS.slice(1)) };
      case "NS":
        return { NS: this.#some(NUMBERS) };
      case "BS":
        return { BS: this.#some(BYTES.slice(1)) };
      case "L": {
        const length = depth < 3 ? this.#below(4) : 0;
        return { L: Array.from({ length }, () => this.#value(depth + 1)) };
      }
      default: {
        const names = NAMES.filter(() => depth < 3 && this.#chance(0.5));
        return { M: Object.fromEntries(names.map((name) => [name, this.#value(depth + 1)])) };
      }
    }
  }

  #some<T>(all: readonly T[]): T[] {
    const some = all.filter(() => this.#chance(0.4));
    return some.length > 0 ? some.reverse() : [this.#one(all)];
  }

  #one<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }

  #chance(part: number): boolean {
    return this.#next() < part;
  }

  #below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  // mulberry32
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}

/** Whether two paths cannot be in one update: one lies in the other, or they see a map and a list in one place. */
function overlaps(a: Step[], b: Step[]): boolean {
  for (let index = 0; index < a.length && index < b.length; index++) {
    if (a[index] !== b[index]) return typeof a[index] !== typeof b[index];
  }
  return true;
}
