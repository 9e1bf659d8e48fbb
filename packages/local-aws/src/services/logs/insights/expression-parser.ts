import { FUNCTIONS } from "./functions.ts";
import type { Lexer, Token } from "./lexer.ts";
import { readPeriod } from "./periods.ts";
import type { Aggregate, BinaryOperator, ComparisonOperator, Expression } from "./syntax.ts";

// Begins the name of a result that no query can write.
const SLOT = "\0";
const COMPARISONS = ["=", "!=", "<", "<=", ">", ">="] as const;
// Keywords that end or join an expression; a field of such a name is quoted with backticks.
const RESERVED = ["and", "or", "not", "like", "in", "as", "by", "asc", "desc"];
const AGGREGATES = [
  "count",
  "count_distinct",
  "sum",
  "avg",
  "min",
  "max",
  "pct",
  "latest",
  "earliest",
];

/** The field references that `stats` allows, besides values. */
export interface StatsScope {
  /** Its aggregate functions so far. */
  aggregates: Aggregate[];
  /** Its names so far. */
  names: ReadonlySet<string>;
}

/** Reads expressions: `or` binds least, then `and`, `not`, comparisons, and arithmetic as usual. */
export class ExpressionParser {
  readonly #lexer: Lexer;
  #stats: StatsScope | undefined;
  #hasStats = false;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  /** Reads one expression. @throws ServiceError MalformedQueryException */
  read(): Expression {
    return this.#chain(["or"], () => this.#chain(["and"], () => this.#negation()));
  }

  /** Reads a column of `stats`, and adds its aggregate functions to the scope. */
  readAggregated(scope: StatsScope): Expression {
    this.#stats = scope;
    const expression = this.read();
    this.#stats = undefined;
    return expression;
  }

  /** Parses what follows as columns over the rows of a `stats`. */
  afterStats(): void {
    this.#hasStats = true;
  }

  /** Reads the name of a field. */
  name(what = "a field's name"): string {
    const { kind, text } = this.#lexer.token;
    const reserved = kind === "name" && RESERVED.includes(text.toLowerCase());
    if (reserved || (kind !== "name" && kind !== "quotedName")) throw this.#lexer.expected(what);
    return this.#lexer.next().text;
  }

  #negation(): Expression {
    if (!this.#lexer.take("not")) return this.#comparison();
    return { kind: "not", operand: this.#negation() };
  }

  #comparison(): Expression {
    const left = this.#arithmetic();
    const operator = this.#comparisonOperator();
    if (operator) {
      this.#lexer.next();
      return { kind: "binary", operator, left, right: this.#arithmetic() };
    }
    if (this.#lexer.take("=~")) return this.#like(left, false);
    const negated = this.#lexer.take("not");
    if (this.#lexer.take("like")) return this.#like(left, negated);
    if (this.#lexer.take("in")) return this.#in(left, negated);
    if (negated) throw this.#lexer.expected("`like` or `in` after `not`");
    return left;
  }

  #comparisonOperator(): ComparisonOperator | undefined {
    return COMPARISONS.find((operator) => this.#lexer.is(operator));
  }

  #like(subject: Expression, negated: boolean): Expression {
    const regex = this.#lexer.regex();
    if (regex) return { kind: "like", subject, pattern: regex, negated };
    if (this.#lexer.token.kind !== "text") throw this.#lexer.expected('"text" or /expression/');
    return { kind: "like", subject, pattern: this.#lexer.next().text, negated };
  }

  #in(subject: Expression, negated: boolean): Expression {
    this.#lexer.expect("[");
    const values: Expression[] = [];
    do values.push(this.#arithmetic());
    while (this.#lexer.take(","));
    this.#lexer.expect("]", "`,` or `]`");
    return { kind: "in", subject, values, negated };
  }

  #arithmetic(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/", "%"], () => this.#power()));
  }

  #chain(operators: BinaryOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((sign) => this.#lexer.take(sign));
      if (!operator) return left;
      left = { kind: "binary", operator, left, right: operand() };
    }
  }

  #power(): Expression {
    const left = this.#signed();
    if (!this.#lexer.take("^")) return left;
    return { kind: "binary", operator: "^", left, right: this.#power() };
  }

  #signed(): Expression {
    if (!this.#lexer.take("-")) return this.#operand();
    const left: Expression = { kind: "literal", value: 0 };
    return { kind: "binary", operator: "-", left, right: this.#signed() };
  }

  #operand(): Expression {
    if (this.#lexer.take("(")) {
      const inner = this.read();
      this.#lexer.expect(")");
      return inner;
    }
    const { kind, text } = this.#lexer.token;
    if (kind === "text") return { kind: "literal", value: this.#lexer.next().text };
    if (kind === "number") return { kind: "literal", value: Number(this.#lexer.next().text) };
    if (kind === "name" && (text === "true" || text === "false")) {
      this.#lexer.next();
      return { kind: "literal", value: text === "true" };
    }
    const token = this.#lexer.token;
    const name = this.name("a field, a value or a function");
    if (kind === "name" && this.#lexer.take("(")) return this.#call(token);
    if (this.#stats && !this.#stats.names.has(name)) {
      const problem = `the field \`${name}\` is outside of an aggregate function; group by it with \`by\``;
      throw this.#lexer.error(token, problem);
    }
    return { kind: "field", name };
  }

  #call(token: Token): Expression {
    const name = token.text.toLowerCase();
    if (AGGREGATES.includes(name)) return this.#aggregate(token, name);
    if (name === "bin") return this.#bin(token);
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!known) {
      const names = [...Object.keys(FUNCTIONS), "bin", ...AGGREGATES].join(", ");
      throw this.#unsupported(token, `there are ${names}`);
    }
    const operands: Expression[] = [];
    while (!this.#lexer.is(")")) {
      if (operands.length > 0) this.#lexer.expect(",", "`,` or `)`");
      const period = name === "datefloor" && operands.length === 1;
      operands.push(period ? this.#period() : this.read());
    }
    this.#lexer.expect(")");
    const { least, most } = known;
    if (operands.length < least || operands.length > most) {
      const wanted = least === most ? String(least) : `at least ${least}`;
      const problem = `\`${token.text}\` needs ${wanted} of values, not ${operands.length}`;
      throw this.#lexer.error({ ...token, end: this.#lexer.lastEnd }, problem);
    }
    return { kind: "call", name, operands };
  }

  #bin(token: Token): Expression {
    if (this.#hasStats) {
      const fix = "use the name that `as` gives the bin in `stats`";
      throw this.#lexer.error(token, `after \`stats\` there is no @timestamp for \`bin\`; ${fix}`);
    }
    const period = this.#period();
    this.#lexer.expect(")");
    const operands: Expression[] = [{ kind: "field", name: "@timestamp" }, period];
    return { kind: "call", name: "datefloor", operands };
  }

  #period(): Expression {
    if (this.#lexer.token.kind !== "period") throw this.#lexer.expected("a period such as `5m`");
    return { kind: "period", ms: readPeriod(this.#lexer, this.#lexer.next()) };
  }

  #aggregate(token: Token, name: string): Expression {
    const stats = this.#stats;
    if (!stats) {
      const fix = "elsewhere use the name that `as` gives it there";
      throw this.#lexer.error(token, `\`${name}\` belongs in \`stats\`; ${fix}`);
    }
    // Inside of an aggregate function are fields of the events.
    this.#stats = undefined;
    const all = name === "count" && (this.#lexer.take("*") || this.#lexer.is(")"));
    const operand = all ? undefined : this.read();
    const percentile = name === "pct" ? this.#percentile() : undefined;
    this.#lexer.expect(")");
    this.#stats = stats;
    const slot = `${SLOT}${stats.aggregates.length}`;
    stats.aggregates.push({ slot, name, operand, percentile });
    return { kind: "field", name: slot };
  }

  #percentile(): number {
    this.#lexer.expect(",");
    const percentile = Number(this.#lexer.token.text);
    if (this.#lexer.token.kind !== "number" || percentile > 100) {
      throw this.#lexer.expected("a number from 0 to 100");
    }
    this.#lexer.next();
    return percentile;
  }

  #unsupported(token: Token, known: string) {
    return this.#lexer.error(token, `function \`${token.text}\` is not supported here; ${known}`);
  }
}
