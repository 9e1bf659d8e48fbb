import { fitsPieces } from "../../grammar/wildcard-pieces.ts";
import type { LinearPattern } from "../../kernel/linear-pattern.ts";

type Test = (value: unknown) => boolean;

/** Compiles what is between percent signs; throws the reader's own error. */
export type CompileExpression = (source: string) => Pick<LinearPattern, "test">;

const OPERATORS = ["!=", ">=", "<=", "=", ">", "<"] as const;
const TOKEN =
  /"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|&&|\|\||!=|>=|<=|[{}()=<>]|\$(?:\.[\w-]+|\[\d+\]|\["[^"]+"\])*|[^\s{}()=<>!&|"%$]+/g;
const PATH_PART = /\.([\w-]+)|\[(\d+)\]|\["([^"]+)"\]/g;

/**
 * Reads a JSON pattern, `{ … }` with `&&`, `||` and brackets; `&&` binds closer. Returns a predicate that says whether a parsed
 * message fits it; undefined when the pattern cannot be read.
 */
export function readJsonPattern(pattern: string, compile: CompileExpression): Test | undefined {
  const tokens = pattern.match(TOKEN) ?? [];
  if (pattern.replace(TOKEN, "").trim() !== "") return undefined;
  const reader = new JsonPatternReader(tokens, compile);
  try {
    return reader.read();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

class JsonPatternReader {
  readonly #tokens: string[];
  readonly #compile: CompileExpression;

  constructor(tokens: string[], compile: CompileExpression) {
    this.#tokens = tokens;
    this.#compile = compile;
  }

  read(): Test {
    this.#take("{");
    const test = this.#any();
    this.#take("}");
    if (this.#tokens.length > 0) throw new Unreadable();
    return test;
  }

  #any(): Test {
    const tests = [this.#all()];
    while (this.#tokens[0] === "||") {
      this.#tokens.shift();
      tests.push(this.#all());
    }
    return (value) => tests.some((test) => test(value));
  }

  #all(): Test {
    const tests = [this.#one()];
    while (this.#tokens[0] === "&&") {
      this.#tokens.shift();
      tests.push(this.#one());
    }
    return (value) => tests.every((test) => test(value));
  }

  #one(): Test {
    if (this.#tokens[0] === "(") {
      this.#tokens.shift();
      const inner = this.#any();
      this.#take(")");
      return inner;
    }
    const path = this.#next();
    if (!path.startsWith("$")) throw new Unreadable();
    const keys = [...path.matchAll(PATH_PART)].map(
      ([, name, index, quoted]) => name ?? index ?? quoted ?? "",
    );
    const operator = this.#next();
    if (operator === "IS" || operator === "NOT") return this.#is(keys, operator);
    if (!(OPERATORS as readonly string[]).includes(operator)) throw new Unreadable();
    const test = this.#comparison(operator, this.#next());
    return (value) => test(at(value, keys));
  }

  #is(keys: string[], operator: string): Test {
    const what = this.#next().toUpperCase();
    if (operator === "NOT" && what === "EXISTS") return (value) => at(value, keys) === undefined;
    const wanted = new Map([
      ["NULL", null],
      ["TRUE", true],
      ["FALSE", false],
    ]).get(what);
    if (operator === "NOT" || wanted === undefined) throw new Unreadable();
    return (value) => at(value, keys) === wanted;
  }

  #comparison(operator: string, wanted: string): Test {
    if (/^[{}()=<>$&|!]/.test(wanted)) throw new Unreadable();
    const number = Number(wanted);
    if (operator === "=" || operator === "!=") {
      const equals = Number.isFinite(number) ? equalsNumber(number, wanted) : this.#text(wanted);
      return (value) => isPlain(value) && equals(value) === (operator === "=");
    }
    if (!Number.isFinite(number)) throw new Unreadable();
    return (value) => typeof value === "number" && ordered(value, operator, number);
  }

  #text(wanted: string): Test {
    const [, expression] = /^%(.*)%$/s.exec(wanted) ?? [];
    const quoted = /^"(.*)"$/s.exec(wanted)?.[1]?.replace(/\\(.)/g, "$1");
    const compiled =
      expression === undefined ? wildcards(quoted ?? wanted) : this.#compile(expression);
    return (value) => compiled.test(String(value));
  }

  #take(token: string): void {
    if (this.#next() !== token) throw new Unreadable();
  }

  #next(): string {
    const token = this.#tokens.shift();
    if (token === undefined) throw new Unreadable();
    return token;
  }
}

function at(value: unknown, keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) {
    if (found === null || typeof found !== "object" || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** Only these can be compared; a field that is missing or null fits neither `=` nor `!=`. */
function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function equalsNumber(number: number, text: string): Test {
  return (value) => (typeof value === "number" ? value === number : String(value) === text);
}

/** Unlike an IAM pattern's, a question mark here matches itself. */
function wildcards(text: string): Pick<LinearPattern, "test"> {
  const pieces = text.split("*");
  return { test: (value) => fitsPieces(pieces, value) };
}

function ordered(value: number, operator: string, number: number): boolean {
  if (operator === ">") return value > number;
  if (operator === ">=") return value >= number;
  return operator === "<" ? value < number : value <= number;
}
