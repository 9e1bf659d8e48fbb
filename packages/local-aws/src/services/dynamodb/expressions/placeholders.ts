import { ServiceError } from "../../../kernel/service-error.ts";
import type { AttributeValue } from "../values/attribute-value.ts";
import { checkValue, NESTING_EXCEEDED, ValueError } from "../values/check-value.ts";
import { ExpressionError, type Path, type PathStep } from "./syntax.ts";

const MAX_DEPTH = 32;
const MAX_KEY_BYTES = 255;

/** The `#names` and `:values` of a request; it notes which of them its expressions use. */
export class Placeholders {
  readonly #names: Map<string, string>;
  readonly #values: Map<string, AttributeValue>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /** @throws ServiceError for a map or an entry that DynamoDB does not take. */
  constructor(names: unknown, values: unknown) {
    this.#names = new Map();
    this.#values = new Map();
    if (names != null) {
      for (const [key, name] of entriesOf("ExpressionAttributeNames", names, /^#[A-Za-z0-9_]+$/)) {
        if (name === "") {
          throw invalid(
            `ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`,
          );
        }
        this.#names.set(key, String(name));
      }
    }
    if (values != null) {
      for (const [key, value] of entriesOf(
        "ExpressionAttributeValues",
        values,
        /^:[A-Za-z0-9_]+$/,
      )) {
        this.#values.set(key, checkedValue(key, value));
      }
    }
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  /** The path with its attributes' names. @throws ExpressionError where a name is not defined. */
  path(path: Path): Path {
    if (path.length > MAX_DEPTH) {
      throw new ExpressionError(
        `The document path has too many nesting levels; nesting levels: ${path.length}`,
      );
    }
    return path.map((step) => this.#step(step));
  }

  /** A value. @throws ExpressionError where it is not defined. */
  value(key: string): AttributeValue {
    const value = this.#values.get(key);
    if (!value) {
      throw new ExpressionError(
        `An expression attribute value used in expression is not defined; attribute value: ${key}`,
      );
    }
    this.#unusedValues.delete(key);
    return value;
  }

  /** @throws ServiceError where the request has names or values that no expression uses. */
  checkAllUsed(): void {
    for (const [map, unused] of [
      ["ExpressionAttributeNames", this.#unusedNames],
      ["ExpressionAttributeValues", this.#unusedValues],
    ] as const) {
      if (unused.size === 0) continue;
      throw invalid(
        `Value provided in ${map} unused in expressions: keys: {${[...unused].join(", ")}}`,
      );
    }
  }

  #step(step: PathStep): PathStep {
    if (typeof step !== "string" || !step.startsWith("#")) return step;
    const name = this.#names.get(step);
    if (name === undefined) {
      throw new ExpressionError(
        `An expression attribute name used in the document path is not defined; attribute name: ${step}`,
      );
    }
    this.#unusedNames.delete(step);
    return name;
  }
}

function entriesOf(map: string, given: unknown, pattern: RegExp): [string, unknown][] {
  const entries = Object.entries(given as object);
  if (entries.length === 0) throw invalid(`${map} must not be empty`);
  for (const [key] of entries) {
    const bytes = Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) {
      throw invalid(
        `${map} contains invalid key: The expression attribute map contains a key that is too long; size of key: ${bytes}`,
      );
    }
    if (!pattern.test(key)) {
      throw invalid(`${map} contains invalid key: Syntax error; key: "${key}"`);
    }
  }
  return entries;
}

function checkedValue(key: string, value: unknown): AttributeValue {
  try {
    return checkValue(value);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    if (error.message === NESTING_EXCEEDED) throw invalid(error.message);
    throw invalid(
      `ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`,
    );
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}
