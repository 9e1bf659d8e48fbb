import type { Compile } from "velocityjs";
import { javaText } from "./java-text.ts";

// API Gateway's own limit of iterations of one #foreach.
const MAX_ITERATIONS = 1000;
// Velocity's own limit of macros within macros.
const MAX_MACRO_DEPTH = 20;
// Loops within loops and macros end the rendering here, long before anybody waits.
const MAX_STEPS = 200_000;
// The largest body that API Gateway passes on.
const MAX_TEXT = 10 * 1024 * 1024;

type Ast = { type: string; [member: string]: unknown };

/** Methods that the engine mixes into its class, which its types lack. */
interface Engine {
  render(context: object, macros: object, silence: boolean): string;
  renderAstList(asts?: Ast[], contextId?: string): string;
  getBlockEach(block: Ast[]): string;
  getMacro(ast: Ast, bodyContent?: string): unknown;
  getArray(literal: { isRange?: boolean; value: unknown[] }): unknown[];
  getExpression(ast: Ast): unknown;
  getReferences(ast: Ast, isVal?: boolean): unknown;
  getLiteral(ast: Ast): unknown;
}
type EngineClass = new (...args: ConstructorParameters<typeof Compile>) => Engine;

/** The template engine, with a limit on each template and Java's output of values. */
export function boundedVelocity(engine: typeof Compile): EngineClass {
  return class extends (engine as unknown as EngineClass) {
    #steps = 0;
    #macros = 0;

    override renderAstList(asts?: Ast[], contextId?: string): string {
      this.#steps += 1 + (asts?.length ?? 0);
      if (this.#steps > MAX_STEPS) throw new Error(`it needs more than ${MAX_STEPS} steps`);
      return bounded(super.renderAstList(asts, contextId));
    }

    override getBlockEach(block: Ast[]): string {
      const [loop] = block;
      const over = loop && this.getLiteral({ ...(loop["from"] as Ast), pos: loop["pos"] });
      const length = over && typeof over === "object" ? Object.keys(over).length : 0;
      if (length > MAX_ITERATIONS) {
        throw new Error(`#foreach over ${length} values; at most ${MAX_ITERATIONS} are allowed`);
      }
      return super.getBlockEach(block);
    }

    override getMacro(ast: Ast, bodyContent?: string): unknown {
      if (++this.#macros > MAX_MACRO_DEPTH) {
        throw new Error(`macros are called ${MAX_MACRO_DEPTH} levels deep; no more are allowed`);
      }
      try {
        return super.getMacro(ast, bodyContent);
      } finally {
        this.#macros--;
      }
    }

    override getArray(literal: { isRange?: boolean; value: unknown[] }): unknown[] {
      if (literal.isRange) {
        const [from = 0, to = 0] = literal.value.map((end) => Number(this.#end(end)));
        if (Math.abs(to - from) >= MAX_ITERATIONS) {
          throw new Error(`a range from ${from} to ${to}; at most ${MAX_ITERATIONS} values fit`);
        }
      }
      return super.getArray(literal);
    }

    override getExpression(ast: Ast): unknown {
      const { type, operator } = ast as Ast & { operator?: string };
      const [left, right] = (ast["expression"] ?? []) as Ast[];
      if (type !== "math" || !left || !right || (operator !== "==" && operator !== "!=")) {
        return bounded(super.getExpression(ast));
      }
      const [one, other] = [this.getExpression(left), this.getExpression(right)];
      // What is absent is the empty text, too.
      const empty = (value: unknown) => value === undefined || value === null || value === "";
      // biome-ignore lint/suspicious/noDoubleEquals: as Velocity compares numbers and strings
      const same = (empty(one) && empty(other)) || one == other;
      return same === (operator === "==");
    }

    override getReferences(ast: Ast, isVal?: boolean): unknown {
      const value = super.getReferences(ast, isVal);
      return isVal ? javaText(value) : value;
    }

    #end(end: unknown): unknown {
      return typeof end === "object" ? this.getReferences(end as Ast) : end;
    }
  };
}

function bounded<Value>(value: Value): Value {
  if (typeof value === "string" && value.length > MAX_TEXT) {
    throw new Error(`a string is longer than ${MAX_TEXT} characters`);
  }
  return value;
}
