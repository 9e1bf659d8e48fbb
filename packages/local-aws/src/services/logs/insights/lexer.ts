import { LinearPattern } from "../../../kernel/linear-pattern.ts";
import type { ServiceError } from "../../../kernel/service-error.ts";
import { malformedQuery, type Span } from "./malformed-query.ts";

/** One token of a query. */
export interface Token extends Span {
  kind: "name" | "quotedName" | "text" | "number" | "period" | "regex" | "sign" | "end";
  /** As it is meant: without quotes and escapes. */
  text: string;
}

const BLANK = /(?:\s|#[^\n]*)*/y;
const NAME = /[A-Za-z_@][\w@.]*/y;
const PERIOD = /\d+[A-Za-z]+/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const TEXT = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;
const QUOTED_NAME = /`([^`]+)`/y;
const REGEX = /\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\//y;
const SIGN = /!=|<=|>=|=~|[=<>()[\],|+\-*/%^]/y;

const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r" };

/** Reads a query token by token; `#` begins a comment up to the end of its line. */
export class Lexer {
  readonly query: string;
  #at = 0;
  #last = 0;
  #token: Token;

  constructor(query: string) {
    this.query = query;
    this.#token = this.#read();
  }

  /** The token that comes next. */
  get token(): Token {
    return this.#token;
  }

  /** End of the last token that was read. */
  get lastEnd(): number {
    return this.#last;
  }

  /** Reads the next token. */
  next(): Token {
    const token = this.#token;
    this.#last = token.end;
    this.#token = this.#read();
    return token;
  }

  /** Reads the next token if it is this sign, or this keyword in any case. */
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  /** Whether the next token is this sign, or this keyword in any case. */
  is(text: string): boolean {
    const { kind } = this.#token;
    return (kind === "name" || kind === "sign") && this.#token.text.toLowerCase() === text;
  }

  /** @throws ServiceError MalformedQueryException where something else comes next. */
  expect(text: string, what = `\`${text}\``): void {
    if (!this.take(text)) throw this.expected(what);
  }

  /** Reads a regular expression between slashes; undefined when none comes next. Elsewhere a slash divides. */
  regex(): LinearPattern | undefined {
    if (!this.is("/")) return undefined;
    const { start } = this.#token;
    this.#at = start;
    const match = this.#match(REGEX);
    if (!match) throw this.error(this.#token, "the regular expression has no end `/`");
    const [whole, source = ""] = match;
    this.#token = { kind: "regex", text: source, start, end: start + whole.length };
    return compile(this, this.next());
  }

  /** The error for an unexpected token. */
  expected(what: string): ServiceError {
    const { kind, start, end } = this.#token;
    const found = kind === "end" ? "the end of the query" : `\`${this.query.slice(start, end)}\``;
    return this.error(this.#token, `expected ${what}, found ${found}`);
  }

  error(span: Span, problem: string): ServiceError {
    return malformedQuery(this.query, span, problem);
  }

  #read(): Token {
    this.#match(BLANK);
    const start = this.#at;
    if (start >= this.query.length) return { kind: "end", text: "", start, end: start };
    const token = (kind: Token["kind"], text: string): Token => ({
      kind,
      text,
      start,
      end: this.#at,
    });
    const plain = [
      [NAME, "name"],
      [NUMBER, "number"],
      [PERIOD, "period"],
      [SIGN, "sign"],
    ] as const;
    for (const [pattern, kind] of plain) {
      const match = this.#match(pattern);
      if (match) return token(kind, match[0]);
    }
    const quotedName = this.#match(QUOTED_NAME);
    if (quotedName) return token("quotedName", quotedName[1] ?? "");
    const text = this.#match(TEXT);
    if (text) return token("text", unescaped(text[1] ?? text[2] ?? ""));
    const sign = this.query[start] ?? "";
    const unclosed = /["'`]/.test(sign);
    const problem = unclosed ? `the text has no end ${sign}` : `unexpected character \`${sign}\``;
    throw this.error({ start, end: start + 1 }, problem);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.query);
    if (!match) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(["'\\ntr])/g, (_, char: string) => ESCAPES[char] ?? char);
}

/** CloudWatch's expressions carry their flags in front, `(?i)`, where JavaScript's carry them behind. */
function compile(lexer: Lexer, token: Token): LinearPattern {
  const [, flags = "", source = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(token.text) ?? [];
  try {
    return new LinearPattern(source, flags);
  } catch (error) {
    throw lexer.error(token, (error as Error).message);
  }
}
