import { parseJson, refuseDeepExpression } from "../../kernel/nesting.ts";
import { parseJsonPath } from "./json-path.ts";

/** A parsed call of an intrinsic function. */
export interface IntrinsicCall {
  /** Name without `States.`, e.g. `Format`. */
  readonly name: string;
  readonly args: readonly IntrinsicArgument[];
}

/** An argument; text still holds its escapes, which mean more to `Format` than to the others. */
export type IntrinsicArgument =
  | { readonly kind: "call"; readonly call: IntrinsicCall }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "text"; readonly escaped: string }
  | { readonly kind: "value"; readonly value: number | boolean | null };

const parsed = new Map<string, IntrinsicCall>();

/**
 * Reads e.g. `States.Format('{} of {}', $.a, States.ArrayLength($.b))`.
 *
 * @throws Error that names the expression and the place.
 */
export function parseIntrinsic(text: string): IntrinsicCall {
  const known = parsed.get(text);
  if (known) return known;
  refuseDeepExpression(text);
  const reader = new IntrinsicReader(text);
  const call = reader.call();
  reader.end();
  parsed.set(text, call);
  return call;
}

class IntrinsicReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  call(): IntrinsicCall {
    const name = this.#take(/States\.(\w+)\(/y)?.[1];
    if (!name) throw this.#fault();
    const args: IntrinsicArgument[] = [];
    this.#skipSpace();
    if (this.#take(/\)/y)) return { name, args };
    for (;;) {
      args.push(this.#argument());
      this.#skipSpace();
      if (this.#take(/\)/y)) return { name, args };
      if (!this.#take(/,/y)) throw this.#fault();
    }
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#fault();
  }

  #argument(): IntrinsicArgument {
    this.#skipSpace();
    const escaped = this.#take(/'((?:[^'\\]|\\.)*)'/y)?.[1];
    if (escaped !== undefined) return { kind: "text", escaped };
    if (this.#text.startsWith("States.", this.#at)) return { kind: "call", call: this.call() };
    const path = this.#take(/\$(?:[^,()[\]\s']|\[[^\]]*\])*/y)?.[0];
    if (path !== undefined) {
      parseJsonPath(path);
      return { kind: "path", path };
    }
    const literal = this.#take(/-?\d+(?:\.\d+)?|true\b|false\b|null\b/y)?.[0];
    if (literal === undefined) throw this.#fault();
    return { kind: "value", value: parseJson(literal) };
  }

  #skipSpace(): void {
    this.#take(/\s+/y);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match;
  }

  #fault(): Error {
    return new Error(`intrinsic "${this.#text}" is not valid at position ${this.#at}`);
  }
}
