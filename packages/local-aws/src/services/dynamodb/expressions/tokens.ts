import { ExpressionError } from "./syntax.ts";

type TokenKind = "name" | "nameRef" | "valueRef" | "number" | "symbol" | "unknown" | "end";

export interface Token {
  kind: TokenKind;
  text: string;
  start: number;
}

const MAX_BYTES = 4096;
const SYMBOLS = "<>|<=|>=|[=<>()[\\].,+-]";
const PATTERN = new RegExp(
  `[ \\t\\r\\n\\f\\v]+|([A-Za-z_]\\w*)|(#\\w+)|(:\\w+)|(0|[1-9]\\d*)|(${SYMBOLS})|(.)`,
  "gsu",
);

/** Reads an expression token by token; `fail` reports where it stopped. */
export class TokenReader {
  readonly #source: string;
  readonly #tokens: Token[];
  #index = 0;

  /** @throws ExpressionError for an expression that is empty or too long. */
  constructor(source: string) {
    if (source === "") throw new ExpressionError("The expression can not be empty;");
    if (Buffer.byteLength(source) > MAX_BYTES) {
      throw new ExpressionError(
        `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(source)}`,
      );
    }
    this.#source = source;
    this.#tokens = tokenize(source);
    this.#checkParentheses();
  }

  /** The next token, which stays. */
  get next(): Token {
    return this.#tokens[this.#index] as Token;
  }

  /** The token after the next one. */
  get afterNext(): Token {
    return this.#tokens[this.#index + 1] ?? this.next;
  }

  /** Whether a symbol comes next. */
  is(symbol: string): boolean {
    return this.next.kind === "symbol" && this.next.text === symbol;
  }

  /** Whether a keyword comes next, in capitals or not. */
  isKeyword(keyword: string): boolean {
    const { kind, text } = this.next;
    return kind === "name" && text.length === keyword.length && text.toUpperCase() === keyword;
  }

  /** Steps over a symbol or keyword that comes next; false where another token does. */
  accept(word: string): boolean {
    const found = this.is(word) || this.isKeyword(word);
    if (found) this.#index += 1;
    return found;
  }

  /** Steps over a symbol or keyword. @throws ExpressionError where another token comes. */
  expect(word: string): void {
    if (!this.accept(word)) throw this.fail();
  }

  /** Reads a token of that kind. @throws ExpressionError for any other. */
  take(kind: TokenKind): string {
    const token = this.next;
    if (token.kind !== kind) throw this.fail();
    this.#index += 1;
    return token.text;
  }

  /** The syntax error at the next token, with the words around it. */
  fail(): ExpressionError {
    const token = this.next;
    const before = this.#tokens[this.#index - 1];
    if (token.kind === "end") {
      const near = before ? before.text : this.#source;
      return new ExpressionError(`Syntax error; token: "<EOF>", near: "${near}"`);
    }
    const after = this.#tokens[this.#index + 1];
    const last = after && after.kind !== "end" ? after : token;
    const near = this.#source.slice((before ?? token).start, last.start + last.text.length);
    return new ExpressionError(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  // Parentheses around parentheses and nothing else.
  #checkParentheses(): void {
    const open: number[] = [];
    const closedBy = new Map<number, number>();
    for (const [index, { kind, text }] of this.#tokens.entries()) {
      if (kind !== "symbol") continue;
      if (text === "(") open.push(index);
      const start = text === ")" ? open.pop() : undefined;
      if (start !== undefined) closedBy.set(start, index);
    }
    for (const [start, end] of closedBy) {
      const inner = closedBy.get(start + 1);
      if (inner !== undefined && inner === end - 1) {
        throw new ExpressionError("The expression has redundant parentheses;");
      }
    }
  }
}

const KINDS: TokenKind[] = ["name", "nameRef", "valueRef", "number", "symbol", "unknown"];

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  for (const match of source.matchAll(PATTERN)) {
    const group = match.findIndex((text, index) => index > 0 && text !== undefined);
    const kind = KINDS[group - 1];
    if (kind) tokens.push({ kind, text: match[0], start: match.index });
  }
  tokens.push({ kind: "end", text: "", start: source.length });
  return tokens;
}
