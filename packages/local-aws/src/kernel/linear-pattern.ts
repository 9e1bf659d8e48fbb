import { RE2JS } from "re2js";

/** Where a pattern matches a string. */
export interface PatternMatch {
  start: number;
  end: number;
  /** What each group holds, the whole match first; undefined where a group took no part. */
  groups: (string | undefined)[];
  /** What each named group holds. */
  named: Record<string, string>;
}

const FLAGS: Record<string, number> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * A regular expression from outside: a query's, a filter's, a template's or a schema's. It runs in linear time,
 * whatever the expression, so none can block the runtime. Look-around and back references, which no engine
 * of linear time has, are refused.
 */
export class LinearPattern {
  readonly source: string;
  readonly #pattern: RE2JS;

  /** @throws SyntaxError saying what is invalid. */
  constructor(source: string, flags = "") {
    this.source = source;
    const bits = [...flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
    try {
      this.#pattern = RE2JS.compile(RE2JS.translateRegExp(source), bits);
    } catch (error) {
      const why = (error as Error).message.replace("error parsing regexp: ", "");
      throw new SyntaxError(`the regular expression is not valid: ${why}`);
    }
  }

  /** As a RegExp's: Ajv distinguishes the patterns of a schema by it. */
  toString(): string {
    return `/${this.source}/`;
  }

  /** Names of the named groups. */
  get names(): string[] {
    return Object.keys(this.#pattern.namedGroups());
  }

  /** Whether it fits any part of the text. */
  test(text: string): boolean {
    return this.#pattern.test(text);
  }

  /** Whether it fits all of the text. */
  fits(text: string): boolean {
    return this.#pattern.matches(text);
  }

  /** The first place where it fits. */
  find(text: string): PatternMatch | undefined {
    const [first] = this.#matches(text);
    return first;
  }

  /** The string with each match, or only the first one, replaced by what `by` returns. */
  replace(text: string, by: (match: PatternMatch) => string, all: boolean): string {
    let replaced = "";
    let at = 0;
    for (const match of this.#matches(text)) {
      replaced += text.slice(at, match.start) + by(match);
      at = match.end;
      if (!all) break;
    }
    return replaced + text.slice(at);
  }

  /** The pieces between the places where it fits. */
  split(text: string): string[] {
    return this.#pattern.split(text, -1);
  }

  *#matches(text: string): Generator<PatternMatch> {
    const matcher = this.#pattern.matcher(text);
    const count = this.#pattern.groupCount();
    const names = Object.entries(this.#pattern.namedGroups());
    while (matcher.find()) {
      const groups = Array.from({ length: count + 1 }, (_, n) => matcher.group(n) ?? undefined);
      const named: Record<string, string> = {};
      for (const [name, index] of names) {
        const held = groups[index];
        if (held !== undefined) named[name] = held;
      }
      yield { start: matcher.start(), end: matcher.end(), groups, named };
    }
  }
}
