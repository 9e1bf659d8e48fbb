import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { LinearPattern } from "../../kernel/linear-pattern.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { describeModelErrors } from "./model-errors.ts";

type Compile = (model: object) => ValidateFunction;

// No address, host name or date is longer.
const MAX_FORMATTED = 2_048;

let compiler: Promise<Compile> | undefined;

/** Checks bodies against one model. The schema library is loaded and the model compiled at the first body. */
export class ModelValidator {
  readonly #model: object;
  #validate: Promise<ValidateFunction> | undefined;

  /** @param model JSON schema, draft 4. */
  constructor(model: object) {
    this.#model = model;
  }

  /** What is wrong with a body, in API Gateway's wording; undefined when nothing is. No body counts as `{}`. */
  async check(body: string): Promise<string | undefined> {
    let value: unknown;
    try {
      value = parseJson(body === "" ? "{}" : body);
    } catch {
      return "[the body is not JSON]";
    }
    this.#validate ??= compile(this.#model);
    const validate = await this.#validate;
    if (validate(value)) return undefined;
    return describeModelErrors(validate.errors as ErrorObject[]);
  }
}

/** Formats are regular expressions as well, and the time of some grows with the square of a string's length. */
function useLinearFormats(ajv: Ajv): void {
  for (const [name, format] of Object.entries(ajv.formats)) {
    const test = format instanceof RegExp ? linearTest(format) : format;
    if (typeof test !== "function") continue;
    const validate = (text: string) => text.length <= MAX_FORMATTED && test(text) === true;
    ajv.addFormat(name, { type: "string", validate });
  }
}

function linearTest(format: RegExp): (text: string) => boolean {
  try {
    const pattern = new LinearPattern(format.source, format.flags.replace("u", ""));
    return (text) => pattern.test(text);
  } catch {
    // Those that look around are short: a host name, a duration, a URL.
    return (text) => format.test(text);
  }
}

/** What Ajv compiles a `pattern` with. */
const linearRegExp = Object.assign((source: string) => new LinearPattern(source), {
  code: "linearRegExp",
});

async function compile(model: object): Promise<ValidateFunction> {
  compiler ??= loadCompiler();
  return (await compiler)(model);
}

async function loadCompiler(): Promise<Compile> {
  const [{ default: draft4 }, { default: formats }] = await Promise.all([
    import("ajv-draft-04"),
    import("ajv-formats"),
  ]);
  return (model) => {
    const ajv = new draft4.default({
      allErrors: true,
      verbose: true,
      strict: false,
      logger: false,
      // A body from outside meets the schema's patterns.
      code: { regExp: linearRegExp },
    });
    formats.default(ajv);
    useLinearFormats(ajv);
    return ajv.compile(model);
  };
}
