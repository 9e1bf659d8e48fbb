import type { ErrorObject, ValidateFunction } from "ajv";
import { describeModelErrors } from "./model-errors.ts";

type Compile = (model: object) => ValidateFunction;

let compiler: Promise<Compile> | undefined;

/** Checks bodies against one model. The schema library is loaded and the model compiled at the first body. */
export class ModelValidator {
  readonly #model: object;
  #validate: Promise<ValidateFunction> | undefined;

  /** @param model JSON schema, draft 4. */
  constructor(model: object) {
    this.#model = model;
  }

  /** What is wrong with a body, in API Gateway's words; undefined when nothing is. No body counts as `{}`. */
  async check(body: string): Promise<string | undefined> {
    let value: unknown;
    try {
      value = JSON.parse(body === "" ? "{}" : body);
    } catch {
      return "[the body is not JSON]";
    }
    this.#validate ??= compile(this.#model);
    const validate = await this.#validate;
    if (validate(value)) return undefined;
    return describeModelErrors(validate.errors as ErrorObject[]);
  }
}

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
    });
    formats.default(ajv);
    return ajv.compile(model);
  };
}
