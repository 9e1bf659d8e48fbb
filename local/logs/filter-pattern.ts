import { like } from "../iam/pattern.ts";
import { ServiceError } from "../service-error.ts";

type Test = (message: string) => boolean;

const OPERATORS = ["!=", ">=", "<=", "=", ">", "<"] as const;

/**
 * Reads a CloudWatch Logs filter pattern: words that must all occur, `?word` of which one must, `-word` that must not,
 * `"a phrase"`, `%a regular expression%`, and JSON patterns such as `{ $.level = "ERROR" && $.status >= 500 }`.
 *
 * @throws ServiceError InvalidParameterException for anything else.
 */
export function parseFilterPattern(pattern: string): Test {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return jsonPattern(text);
  if (text.startsWith("["))
    return refuse(pattern, "patterns for space-delimited logs are not supported");
  const expression = /^%(.*)%$/s.exec(text);
  if (expression) {
    const compiled = new RegExp(expression[1] ?? "");
    return (message) => compiled.test(message);
  }
  return termPattern(text);
}

function termPattern(text: string): Test {
  const required: string[] = [];
  const optional: string[] = [];
  const excluded: string[] = [];
  for (const [, sign, phrase, word] of text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const term = phrase?.replace(/\\(.)/g, "$1") ?? word ?? "";
    (sign === "?" ? optional : sign === "-" ? excluded : required).push(term);
  }
  return (message) =>
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (required.length > 0 ||
      optional.length === 0 ||
      optional.some((term) => message.includes(term)));
}

type JsonTest = (value: unknown) => boolean;

function jsonPattern(text: string): Test {
  const test = new JsonPatternReader(text).read();
  return (message) => {
    try {
      return test(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

/** Reads `{ … }` with `&&`, `||` and brackets; `&&` binds closer. */
class JsonPatternReader {
  readonly #pattern: string;
  readonly #tokens: string[];

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#tokens =
      pattern.match(
        /"(?:[^"\\]|\\.)*"|&&|\|\||!=|>=|<=|[{}()=<>]|\$(?:\.[\w-]+|\[\d+\]|\["[^"]+"\])*|[^\s{}()=<>!&|"]+/g,
      ) ?? [];
  }

  read(): JsonTest {
    this.#take("{");
    const test = this.#any();
    this.#take("}");
    if (this.#tokens.length > 0) this.#fail();
    return test;
  }

  #any(): JsonTest {
    const tests = [this.#all()];
    while (this.#tokens[0] === "||") {
      this.#tokens.shift();
      tests.push(this.#all());
    }
    return (value) => tests.some((test) => test(value));
  }

  #all(): JsonTest {
    const tests = [this.#one()];
    while (this.#tokens[0] === "&&") {
      this.#tokens.shift();
      tests.push(this.#one());
    }
    return (value) => tests.every((test) => test(value));
  }

  #one(): JsonTest {
    if (this.#tokens[0] === "(") {
      this.#tokens.shift();
      const inner = this.#any();
      this.#take(")");
      return inner;
    }
    const path = this.#tokens.shift() ?? "";
    if (!path.startsWith("$")) this.#fail();
    const keys = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map(
      ([, name, index, quoted]) => name ?? index ?? quoted ?? "",
    );
    const operator = this.#tokens.shift() ?? "";
    if (operator === "IS" || operator === "NOT") return this.#is(keys, operator);
    if (!(OPERATORS as readonly string[]).includes(operator)) this.#fail();
    const wanted = this.#tokens.shift() ?? "";
    return (value) => compare(at(value, keys), operator, wanted);
  }

  #is(keys: string[], operator: string): JsonTest {
    const what = (this.#tokens.shift() ?? "").toUpperCase();
    if (operator === "NOT" && what === "EXISTS") return (value) => at(value, keys) === undefined;
    if (operator === "IS" && what === "NULL") return (value) => at(value, keys) === null;
    if (operator === "IS" && what === "TRUE") return (value) => at(value, keys) === true;
    if (operator === "IS" && what === "FALSE") return (value) => at(value, keys) === false;
    return this.#fail();
  }

  #take(token: string): void {
    if (this.#tokens.shift() !== token) this.#fail();
  }

  #fail(): never {
    return refuse(this.#pattern, "it cannot be read");
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

function compare(value: unknown, operator: string, wanted: string): boolean {
  if (value === undefined || value === null) return false;
  const quoted = /^"(.*)"$/s.exec(wanted)?.[1];
  const text = quoted ?? wanted;
  if (operator === "=" || operator === "!=") {
    const equal =
      typeof value === "number" && quoted === undefined && Number.isFinite(Number(text))
        ? value === Number(text)
        : like(text, String(value));
    return equal === (operator === "=");
  }
  if (typeof value !== "number") return false;
  const number = Number(text);
  if (operator === ">") return value > number;
  if (operator === ">=") return value >= number;
  return operator === "<" ? value < number : value <= number;
}

function refuse(pattern: string, why: string): never {
  throw new ServiceError("InvalidParameterException", `Invalid filter pattern ${pattern}: ${why}`);
}
