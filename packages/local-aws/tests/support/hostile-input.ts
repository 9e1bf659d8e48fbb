import {
  operationOf,
  type Reference,
  type ServiceModel,
  type Shape,
  shapeOf,
} from "../../src/kernel/models/service-model.ts";

/** Numbers in [0, 1) that a seed determines. */
export type Random = () => number;

/** A generator of numbers that a seed determines (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "length",
  "",
  "a.b",
  "$.x",
];
const TEXTS = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "%zz",
  "//",
  "{",
  "[]",
  "null",
  '{"a":1}',
  "(a+)+$",
  "%^a*a*b$%",
  "NaN",
  "-1",
  "arn:",
  "arn:aws:sqs:::",
  "*",
  "x".repeat(3000),
  "\u{1F600}".repeat(40),
];
const NUMBERS = [0, -1, 1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 1e21, Number.NaN, Infinity];
const MAX_DEPTH = 6;

/** Values that exist at the endpoint under test, by member name; a call that names them gets further. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

/**
 * An input of an operation, drawn from its model: mostly of the right types, with values at and beyond their
 * bounds, and here and there of another type, null, or of a name that every object has. Members that are refused by
 * name are rare: what they are in would get no further.
 */
export function hostileInput(
  model: ServiceModel,
  operation: string,
  random: Random,
  known: Known,
  refused: readonly string[] = [],
): unknown {
  const input = operationOf(model, operation)?.input;
  const draw = new Draw(model, random, known, new Set(refused));
  if (!input || draw.chance(0.02)) return draw.garbage();
  return draw.value(input, "", 0);
}

class Draw {
  readonly #model: ServiceModel;
  readonly #random: Random;
  readonly #known: Known;
  readonly #refused: ReadonlySet<string>;
  /** How often a value is of another type than the model says; most inputs have none. */
  readonly #wild: number;

  constructor(model: ServiceModel, random: Random, known: Known, refused: ReadonlySet<string>) {
    this.#refused = refused;
    this.#model = model;
    this.#random = random;
    this.#known = known;
    this.#wild = random() < 0.4 ? 0.08 : 0;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  value(reference: Reference, name: string, depth: number): unknown {
    if (this.chance(this.#wild)) return this.garbage();
    const known = Object.hasOwn(this.#known, name) ? this.#known[name] : undefined;
    if (known && this.chance(0.8)) return this.#pick(known);
    const shape = shapeOf(this.#model, reference);
    switch (shape.type) {
      case "structure":
        return this.#structure(shape, depth);
      case "list": {
        const items = this.#size(shape, depth);
        return Array.from({ length: items }, () => this.value(shape.member ?? "", name, depth + 1));
      }
      case "map": {
        const pairs = Array.from({ length: this.#size(shape, depth) }, () => [
          this.chance(0.3) ? this.#pick(NAMES) : this.#text(shapeOf(this.#model, shape.key ?? "")),
          this.value(shape.value ?? "", name, depth + 1),
        ]);
        return Object.fromEntries(pairs);
      }
      case "boolean":
        return this.chance(0.5);
      case "blob":
        return Buffer.from(this.#pick(TEXTS)).toString("base64");
      case "string":
        return this.#text(shape);
      default:
        return this.#number(shape);
    }
  }

  /** A value of any type. */
  garbage(): unknown {
    const nested = { constructor: { prototype: null }, a: [[[[{}]]]] };
    return this.#pick([
      null,
      true,
      [],
      {},
      [null],
      nested,
      JSON.parse('{"__proto__":{"x":1},"S":1}'),
      ...TEXTS,
      ...NUMBERS,
    ]);
  }

  #structure(shape: Shape, depth: number): Record<string, unknown> {
    const { members = {}, required = [] } = shape;
    const drawn: [string, unknown][] = [];
    for (const [name, reference] of Object.entries(members)) {
      const share = this.#shareOf(name, depth, required);
      if (this.chance(share)) drawn.push([name, this.value(reference, name, depth + 1)]);
    }
    if (this.chance(this.#wild)) drawn.push([this.#pick(NAMES), this.garbage()]);
    return Object.fromEntries(drawn);
  }

  #shareOf(name: string, depth: number, required: readonly string[]): number {
    if (depth > MAX_DEPTH) return 0;
    if (depth === 0 && this.#refused.has(name)) return 0.03;
    return required.includes(name) ? 0.97 : 0.35;
  }

  #size({ min = 0, max = 3 }: Shape, depth: number): number {
    if (depth > MAX_DEPTH) return min;
    if (this.chance(0.05)) return Math.min(max + 1, 300);
    return Math.max(min, Math.floor(this.#random() * 3));
  }

  #text({ min = 0, max = 60, enum: values }: Shape): string {
    if (values && this.chance(0.85)) return this.#pick(values);
    if (this.chance(0.5)) return this.#pick(TEXTS);
    if (this.chance(0.1)) return "x".repeat(Math.min(max + 1, 300_000));
    return "abc-1".repeat(20).slice(0, Math.max(min, Math.floor(this.#random() * 12)));
  }

  #number({ min = 0, max = 100 }: Shape): number {
    if (this.chance(0.3)) return this.#pick(NUMBERS);
    if (this.chance(0.3)) return this.#pick([min - 1, min, max, max + 1]);
    return Math.floor(min + this.#random() * Math.max(0, max - min));
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }
}
