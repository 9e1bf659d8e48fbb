import { LinearPattern } from "../../../kernel/linear-pattern.ts";
import { refuseDeepExpression } from "../../../kernel/nesting.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { Lexer, type Token } from "./lexer.ts";
import { malformedQuery } from "./malformed-query.ts";
import type { Aggregate, Column, Command, Expression, SortKey } from "./syntax.ts";

const MAX_ROWS = 100_000;
const REGEX_SIGNS = /[.*+?^${}()|[\]\\/]/g;

/**
 * Reads a Logs Insights query.
 *
 * @throws ServiceError MalformedQueryException naming the line, the position, and what was expected there.
 */
export function parseQuery(query: string): Command[] {
  try {
    refuseDeepExpression(query);
  } catch (error) {
    throw malformedQuery(query, { start: 0, end: query.length }, (error as Error).message);
  }
  return new QueryParser(query).read();
}

class QueryParser {
  readonly #lexer: Lexer;
  readonly #expressions: ExpressionParser;
  /** Names that the query has given so far. */
  #given = new Set<string>();
  readonly #commands: Record<string, (token: Token) => Command> = {
    fields: () => ({ kind: "fields", columns: this.#columns() }),
    display: () => ({ kind: "display", columns: this.#columns() }),
    filter: () => ({ kind: "filter", condition: this.#expressions.read() }),
    stats: (token) => this.#stats(token),
    sort: () => ({ kind: "sort", keys: this.#list(() => this.#sortKey()) }),
    limit: () => this.#limit(),
    parse: () => this.#parse(),
    dedup: () => this.#dedup(),
  };

  constructor(query: string) {
    this.#lexer = new Lexer(query);
    this.#expressions = new ExpressionParser(this.#lexer);
  }

  read(): Command[] {
    const commands: Command[] = [];
    do {
      const { token } = this.#lexer;
      const command = this.#command();
      if (commands.some(({ kind }) => kind === "dedup") && command.kind !== "limit") {
        throw this.#lexer.error(token, "after `dedup` only `limit` can follow");
      }
      commands.push(command);
    } while (this.#lexer.take("|"));
    if (this.#lexer.token.kind !== "end") throw this.#lexer.expected("`|` or the end of the query");
    return commands;
  }

  #command(): Command {
    const { token } = this.#lexer;
    const known = Object.keys(this.#commands);
    if (token.kind !== "name") throw this.#lexer.expected(`a command: ${known.join(", ")}`);
    const name = token.text.toLowerCase();
    const read = known.includes(name) ? this.#commands[name] : undefined;
    if (!read) {
      const problem = `command \`${token.text}\` is not supported here; there are ${known.join(", ")}`;
      throw this.#lexer.error(token, problem);
    }
    this.#lexer.next();
    return read(token);
  }

  #columns(): Column[] {
    return this.#list(() => this.#column(() => this.#expressions.read()));
  }

  /** Without a name of its own a computation shows under its text. */
  #column(read: () => Expression): Column {
    const { start } = this.#lexer.token;
    const expression = read();
    const text = this.#lexer.query.slice(start, this.#lexer.lastEnd);
    if (this.#lexer.take("as")) return { name: this.#give(), expression };
    const quoted = expression.kind === "field" && text.startsWith("`");
    return { name: quoted ? expression.name : text, expression };
  }

  /** Reads a new name. */
  #give(): string {
    const { token } = this.#lexer;
    const name = this.#expressions.name("a new name");
    if (this.#given.has(name)) {
      throw this.#lexer.error(token, `the query gives the name \`${name}\` twice`);
    }
    this.#given.add(name);
    return name;
  }

  #stats(token: Token): Command {
    // What was named before is not in the rows that stats makes.
    this.#given = new Set();
    const scope = { aggregates: [] as Aggregate[], names: this.#given };
    const columns = this.#list(() => this.#column(() => this.#expressions.readAggregated(scope)));
    const { aggregates } = scope;
    if (aggregates.length === 0) {
      const span = { ...token, end: this.#lexer.lastEnd };
      throw this.#lexer.error(span, "`stats` has no aggregate function such as `count(*)`");
    }
    const by = this.#lexer.take("by") ? this.#columns() : [];
    this.#expressions.afterStats();
    return { kind: "stats", columns, aggregates, by };
  }

  #sortKey(): SortKey {
    const expression = this.#expressions.read();
    const descending = this.#lexer.take("desc");
    if (!descending) this.#lexer.take("asc");
    return { expression, descending };
  }

  #limit(): Command {
    const { kind, text } = this.#lexer.token;
    const count = Number(text);
    if (kind !== "number" || !Number.isInteger(count) || count < 1 || count > MAX_ROWS) {
      throw this.#lexer.expected(`a number from 1 to ${MAX_ROWS}`);
    }
    this.#lexer.next();
    return { kind: "limit", count };
  }

  #parse(): Command {
    const hasSource = this.#lexer.token.kind !== "text" && !this.#lexer.is("/");
    const name = hasSource ? this.#expressions.name() : "@message";
    const source: Expression = { kind: "field", name };
    const { token } = this.#lexer;
    const regex = this.#lexer.regex();
    if (regex) return this.#parseRegex(source, token, regex);
    if (token.kind !== "text") throw this.#lexer.expected('"text with *" or /expression/');
    this.#lexer.next();
    this.#lexer.expect("as");
    const names = this.#list(() => this.#give());
    const parts = token.text.split("*").map((part) => part.replace(REGEX_SIGNS, "\\$&"));
    if (parts.length !== names.length + 1) {
      const problem = `the text has ${parts.length - 1} of \`*\` for ${names.length} of names`;
      throw this.#lexer.error({ ...token, end: this.#lexer.lastEnd }, problem);
    }
    // Each star matches as little as possible; one at the end matches the rest of the line.
    const pattern = new LinearPattern(parts.join("(.*?)").replace(/\(\.\*\?\)$/, "(.*)"));
    return { kind: "parse", source, pattern, names };
  }

  #parseRegex(source: Expression, token: Token, pattern: LinearPattern): Command {
    const { names } = pattern;
    const span = { ...token, end: this.#lexer.lastEnd };
    if (names.length === 0) {
      throw this.#lexer.error(span, "the expression has no named group such as `(?<name>.*)`");
    }
    for (const name of names) {
      if (this.#given.has(name)) {
        throw this.#lexer.error(span, `the query gives the name \`${name}\` twice`);
      }
      this.#given.add(name);
    }
    return { kind: "parse", source, pattern, names };
  }

  #dedup(): Command {
    const names = this.#list(() => this.#expressions.name());
    return { kind: "dedup", fields: names.map((name) => ({ kind: "field", name })) };
  }

  #list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.#lexer.take(",")) items.push(read());
    return items;
  }
}
