import { refuseDeepExpression } from "../../kernel/nesting.ts";
import {
  aggregate,
  asList,
  type Binary,
  choose,
  combine,
  each,
  filled,
  type MathScope,
  type MathValue,
  mapSeries,
  repeat,
  sum,
} from "./metric-math-values.ts";

/** A metric math expression, ready to be computed. */
export interface MathExpression {
  /** The queries that it refers to. */
  ids: string[];
  compute(scope: MathScope): MathValue;
}

type Node = MathExpression["compute"];

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(&&|\|\||[<>=!]=|[-+*/^()[\],<>]))/y;
const truth = (holds: boolean) => (holds ? 1 : 0);

// Loosest binding first.
const LEVELS: Record<string, Binary>[] = [
  { "||": (a, b) => truth(a !== 0 || b !== 0), OR: (a, b) => truth(a !== 0 || b !== 0) },
  { "&&": (a, b) => truth(a !== 0 && b !== 0), AND: (a, b) => truth(a !== 0 && b !== 0) },
  {
    "==": (a, b) => truth(a === b),
    "!=": (a, b) => truth(a !== b),
    "<": (a, b) => truth(a < b),
    ">": (a, b) => truth(a > b),
    "<=": (a, b) => truth(a <= b),
    ">=": (a, b) => truth(a >= b),
  },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => a / b },
  { "^": (a, b) => a ** b },
];

const UNARY: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

const COMBINING: Record<string, (values: number[]) => number> = {
  SUM: sum,
  AVG: (values) => sum(values) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/**
 * Reads a metric math expression: numbers, ids, arithmetic, comparisons, lists, and the functions ABS, AVG, CEIL,
 * FILL, FLOOR, IF, MAX, METRICS, MIN and SUM.
 *
 * @throws Error with the reason, or the name of an unknown function.
 */
export function parseMath(text: string): MathExpression {
  refuseDeepExpression(text);
  return new MathParser(text).parse();
}

class MathParser {
  readonly #text: string;
  readonly #tokens: string[] = [];
  readonly #ids = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (!match) throw this.#mistake(`${text.slice(from).trim()} is not understood`);
      this.#tokens.push(match[0].trim());
    }
  }

  parse(): MathExpression {
    const compute = this.#level(0);
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw this.#mistake(`${rest} is not expected`);
    return { ids: [...this.#ids], compute };
  }

  #level(depth: number): Node {
    const operators = LEVELS[depth];
    if (!operators) return this.#unary();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = operators[this.#tokens[this.#at] ?? ""];
      if (!operator) return left;
      this.#at++;
      const [a, b] = [left, this.#level(depth + 1)];
      left = (scope) => combine(a(scope), b(scope), operator);
    }
  }

  #unary(): Node {
    if (!this.#take("-")) return this.#term();
    const inner = this.#unary();
    return (scope) => each(inner(scope), (value) => -value);
  }

  #term(): Node {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#mistake("it ends too soon");
    if (token === "(") {
      const inner = this.#level(0);
      this.#expect(")");
      return inner;
    }
    if (token === "[") {
      const items = this.#list("]");
      return (scope) => items.flatMap((item) => asList(item(scope), scope));
    }
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (!/^\w/.test(token)) throw this.#mistake(`${token} is not expected`);
    if (this.#take("(")) return this.#function(token);
    this.#ids.add(token);
    return (scope) => scope.resultOf(token);
  }

  #function(name: string): Node {
    if (name === "METRICS") {
      this.#expect(")");
      return (scope) => scope.metrics();
    }
    if (name === "FILL") return this.#fill();
    const [first, second, third, ...more] = this.#list(")");
    const unary = UNARY[name];
    if (unary && first && !second) return (scope) => each(first(scope), unary);
    const combining = COMBINING[name];
    if (combining && first && !second) return (scope) => aggregate(first(scope), combining);
    if (name === "IF" && first && second && more.length === 0) {
      return (scope) => choose(scope, first(scope), second(scope), third?.(scope));
    }
    if (unary || combining || name === "IF") {
      throw this.#mistake(`${name} has the wrong number of arguments`);
    }
    throw this.#mistake(
      `the function ${name} is not supported by the local runtime; there are ABS, AVG, CEIL, FILL, FLOOR, IF, MAX, METRICS, MIN and SUM`,
    );
  }

  #fill(): Node {
    const series = this.#level(0);
    this.#expect(",");
    if (this.#take("REPEAT")) {
      this.#expect(")");
      return (scope) => mapSeries(series(scope), (values) => repeat(values, scope.times));
    }
    if (this.#tokens[this.#at] === "LINEAR") {
      throw this.#mistake("FILL with LINEAR is not supported by the local runtime");
    }
    const filler = this.#level(0);
    this.#expect(")");
    return (scope) => {
      const fill = filler(scope);
      return mapSeries(series(scope), (values) => filled(values, fill, scope.times));
    };
  }

  #list(end: string): Node[] {
    const items: Node[] = [];
    if (this.#take(end)) return items;
    do items.push(this.#level(0));
    while (this.#take(","));
    this.#expect(end);
    return items;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#mistake(`${token} is missing`);
  }

  #mistake(why: string): Error {
    return new Error(`metric math expression ${this.#text}: ${why}`);
  }
}
