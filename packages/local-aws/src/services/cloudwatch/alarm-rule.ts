import { refuseDeepExpression } from "../../kernel/nesting.ts";
import type { AlarmState } from "./alarm-evaluation.ts";

/** What a composite alarm waits for. */
export interface AlarmRule {
  /** Names of the alarms that it looks at, in their order. */
  alarms: string[];
  /** Whether it holds, given the state of each. */
  holds(stateOf: (alarm: string) => AlarmState): boolean;
}

type Condition = AlarmRule["holds"];

const STATES: readonly string[] = ["ALARM", "OK", "INSUFFICIENT_DATA"];
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([()])|([^\s()"]+))/y;

/** Reads the rule of a composite alarm. @throws Error with the reason. */
export function parseAlarmRule(text: string): AlarmRule {
  if (text.length > 10_240) throw new Error("AlarmRule has more than 10240 characters");
  refuseDeepExpression(text);
  const parser = new RuleParser(text);
  return { holds: parser.parse(), alarms: [...parser.alarms] };
}

interface Token {
  text: string;
  quoted: boolean;
}

class RuleParser {
  readonly alarms = new Set<string>();
  readonly #tokens: Token[];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  parse(): Condition {
    const rule = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest) throw this.#mistake(`${rest.text} is not expected`);
    return rule;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#take("OR")) {
      const [a, b] = [left, this.#and()];
      left = (stateOf) => a(stateOf) || b(stateOf);
    }
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#take("AND")) {
      const [a, b] = [left, this.#not()];
      left = (stateOf) => a(stateOf) && b(stateOf);
    }
    return left;
  }

  #not(): Condition {
    if (!this.#take("NOT")) return this.#term();
    const inner = this.#not();
    return (stateOf) => !inner(stateOf);
  }

  #term(): Condition {
    if (this.#take("(")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    if (this.#take("TRUE")) return () => true;
    if (this.#take("FALSE")) return () => false;
    const state = this.#next();
    if (state.quoted || !STATES.includes(state.text)) {
      throw this.#mistake(
        `${state.text} is not one of ALARM, OK, INSUFFICIENT_DATA, TRUE, FALSE, NOT and (`,
      );
    }
    this.#expect("(");
    const alarm = alarmName(this.#next().text);
    this.#expect(")");
    this.alarms.add(alarm);
    return (stateOf) => stateOf(alarm) === state.text;
  }

  #take(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (!token || token.quoted || token.text !== word) return false;
    this.#at++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw this.#mistake(`${word} is missing`);
  }

  #next(): Token {
    const token = this.#tokens[this.#at++];
    if (!token) throw this.#mistake("it ends too soon");
    return token;
  }

  #mistake(why: string): Error {
    return new Error(`AlarmRule ${this.#text} is malformed: ${why}`);
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`AlarmRule ${text} is malformed: a quote is not closed`);
    const [, quoted, bracket, word] = match;
    found.push({
      text: quoted?.replace(/\\(.)/g, "$1") ?? bracket ?? word ?? "",
      quoted: quoted !== undefined,
    });
  }
  return found;
}

/** An alarm's name, from its name or its ARN. */
function alarmName(reference: string): string {
  return reference.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, "");
}
