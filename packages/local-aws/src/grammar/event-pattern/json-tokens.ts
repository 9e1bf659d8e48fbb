/** A pattern that AWS refuses, in AWS's wording. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/** The next token of a JSON text. */
export type JsonToken =
  | "{"
  | "}"
  | "["
  | "]"
  | "name"
  | "string"
  | "number"
  | "true"
  | "false"
  | "null";

interface Scope {
  close: "}" | "]";
  start: string;
  entries: number;
}

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\w$]+/y;
const SPACE = /[\t\n\r ]*/y;
const MAX_SHOWN = 500;

/**
 * Reads JSON token by token, and reports positions as the parser of AWS's services does: a string counts as read up to its
 * opening quote until its text is needed, and after a name the parser has already looked at the value.
 */
export class JsonTokens {
  readonly #source: string;
  readonly #scopes: Scope[] = [];
  #at = 0;
  #text = "";
  #isOpen = false;
  #ahead: { token: JsonToken; text: string } | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  /** @throws PatternError where it is no JSON. */
  next(): JsonToken {
    const { length } = this.#scopes;
    const scope = this.#scopes[length - 1];
    if (this.#ahead) {
      const { token, text } = this.#ahead;
      this.#ahead = undefined;
      this.#text = text;
      return this.#enter(token);
    }
    this.#closeString();
    this.#match(SPACE);
    if (!scope) return this.#enter(this.#value());
    if (this.#source[this.#at] === scope.close) {
      this.#at++;
      this.#scopes.pop();
      this.#text = scope.close;
      return scope.close;
    }
    if (scope.entries++ > 0) this.#skip(",", `comma to separate ${kindOf(scope)} entries`, scope);
    if (scope.close === "]") return this.#enter(this.#value(scope));
    this.#skip('"', "double-quote to start field name", scope);
    this.#isOpen = true;
    this.#closeString();
    const name = this.#text;
    this.#match(SPACE);
    this.#skip(":", "a colon to separate field name and value", scope);
    this.#ahead = { token: this.#value(scope), text: this.#text };
    this.#text = name;
    return "name";
  }

  /** The name, the string or the characters of the last token. */
  get text(): string {
    if (!this.#ahead) this.#closeString();
    return this.#text;
  }

  /** Refuses the text at this place. */
  fail(reason: string): never {
    throw new PatternError(`${reason}\n at ${this.#place()}`);
  }

  #enter(token: JsonToken): JsonToken {
    if (token === "{" || token === "[") {
      const close = token === "{" ? "}" : "]";
      this.#scopes.push({ close, start: this.#place(-1), entries: 0 });
    }
    return token;
  }

  #value(scope?: Scope): JsonToken {
    this.#match(SPACE);
    const character = this.#source[this.#at];
    if (character === undefined) return this.#endsEarly(scope);
    if (character === '"') {
      this.#at++;
      this.#isOpen = true;
      return "string";
    }
    if (character === "{" || character === "[") {
      this.#at++;
      this.#text = character;
      return character;
    }
    const number = this.#match(NUMBER);
    if (number) {
      this.#text = number;
      return "number";
    }
    const word = this.#match(WORD);
    if (word === "true" || word === "false" || word === "null") {
      this.#text = word;
      return word;
    }
    if (word) return this.fail(`Unrecognized token '${word}': was expecting ${VALUES}`);
    return this.#unexpected(`expected a valid value ${VALUES}`);
  }

  /** Ends a string whose text has not been needed yet. */
  #closeString(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const start = this.#at - 1;
    while (this.#at < this.#source.length && this.#source[this.#at] !== '"') {
      this.#at += this.#source[this.#at] === "\\" ? 2 : 1;
    }
    if (this.#at >= this.#source.length) {
      this.#at = this.#source.length;
      this.fail("Unexpected end-of-input: was expecting closing quote for a string value");
    }
    this.#at++;
    try {
      this.#text = JSON.parse(this.#source.slice(start, this.#at));
    } catch {
      this.fail("Illegal character in a string value");
    }
  }

  #skip(wanted: string, what: string, scope: Scope): void {
    const character = this.#source[this.#at];
    if (character === undefined) this.#endsEarly(scope);
    if (character !== wanted) this.#unexpected(`was expecting ${what}`);
    this.#at++;
    if (wanted === ",") this.#match(SPACE);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#source) ?? [];
    this.#at += found.length;
    return found;
  }

  #unexpected(expectation: string): never {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    return this.fail(
      `Unexpected character ('${character}' (code ${character.codePointAt(0)})): ${expectation}`,
    );
  }

  #endsEarly(scope: Scope | undefined): never {
    return this.fail(
      scope
        ? `Unexpected end-of-input: expected close marker for ${kindOf(scope)} (start marker at ${scope.start})`
        : "No content to map due to end-of-input",
    );
  }

  #place(behind = 0): string {
    const read = this.#source.slice(0, this.#at + behind);
    const line = read.split("\n").length;
    const column = read.length - read.lastIndexOf("\n");
    const shown = this.#source.slice(0, MAX_SHOWN);
    const left = this.#source.length - shown.length;
    const truncated = left > 0 ? `[truncated ${left} chars]` : "";
    return `[Source: (String)"${shown}"${truncated}; line: ${line}, column: ${column}]`;
  }
}

/** Why a text is not JSON, in the wording of AWS's parsers; undefined if it is. The parser meant here hides the text. */
export function jsonProblem(text: string): string | undefined {
  const tokens = new JsonTokens(text);
  try {
    let depth = 0;
    do {
      const token = tokens.next();
      if (token === "{" || token === "[") depth++;
      if (token === "}" || token === "]") depth--;
    } while (depth > 0);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const hidden = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";
    return error.message.replace(/\(String\)".*"(?=; line: \d+, column: \d+\]$)/s, hidden);
  }
}

function kindOf({ close }: Scope): string {
  return close === "}" ? "Object" : "Array";
}
