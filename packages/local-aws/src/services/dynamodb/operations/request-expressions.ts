import { validationError } from "../dynamo-error.ts";
import { bindCondition } from "../expressions/bind-condition.ts";
import { bindUpdate, type UpdateAction } from "../expressions/bind-update.ts";
import type { Condition } from "../expressions/condition.ts";
import {
  type KeyCondition,
  KeyConditionError,
  keyConditions,
} from "../expressions/key-condition.ts";
import { parseCondition } from "../expressions/parse-condition.ts";
import { parseUpdate } from "../expressions/parse-update.ts";
import { Placeholders } from "../expressions/placeholders.ts";
import {
  bindProjection,
  type Projection,
  parseProjection,
  projectionOf,
} from "../expressions/projection.ts";
import { ExpressionError } from "../expressions/syntax.ts";

type Input = Record<string, unknown>;

type ExpressionName =
  | "UpdateExpression"
  | "ConditionExpression"
  | "KeyConditionExpression"
  | "FilterExpression"
  | "ProjectionExpression";

const MAX_CACHED = 500;

// Clients send the same few expressions over and over.
function cached<T>(parse: (source: string) => T): (source: string) => T {
  const known = new Map<string, T>();
  return (source) => {
    const found = known.get(source);
    if (found !== undefined) return found;
    const parsed = parse(source);
    if (known.size >= MAX_CACHED) known.clear();
    known.set(source, parsed);
    return parsed;
  };
}

const conditionSyntax = cached(parseCondition);
const updateSyntax = cached(parseUpdate);
const projectionSyntax = cached(parseProjection);

/** The expressions of one request, with its names and values. */
export class RequestExpressions {
  readonly #input: Input;
  readonly #placeholders: Placeholders;

  /**
   * `expressions` and `legacy` are the request's parameters of either kind, in the order in which DynamoDB names them.
   *
   * @throws ServiceError where a request mixes them, or has names or values without an expression.
   */
  constructor(input: Input, expressions: readonly ExpressionName[], legacy: readonly string[]) {
    this.#input = input;
    const given = expressions.filter((name) => input[name] != null);
    const old = legacy.filter((name) => input[name] != null);
    if (given.length > 0 && old.length > 0) {
      throw validationError(
        `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(", ")}} Expression parameters: {${given.join(", ")}}`,
      );
    }
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    if (names != null && given.length === 0) {
      throw validationError(
        "ExpressionAttributeNames can only be specified when using expressions",
      );
    }
    const withValues = expressions.filter((name) => name !== "ProjectionExpression");
    const isUnused = withValues.length > 0 && withValues.every((name) => input[name] == null);
    if (values != null && isUnused) {
      const are = withValues.length > 1 ? "are" : "is";
      throw validationError(
        `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(" and ")} ${are} null`,
      );
    }
    this.#placeholders = new Placeholders(names, values);
  }

  condition(name: "ConditionExpression" | "FilterExpression"): Condition | undefined {
    return this.#read(name, (source) => bindCondition(conditionSyntax(source), this.#placeholders));
  }

  keyConditions(): Map<string, KeyCondition> | undefined {
    return this.#read("KeyConditionExpression", (source) =>
      keyConditions(bindCondition(conditionSyntax(source), this.#placeholders)),
    );
  }

  update(): UpdateAction[] | undefined {
    return this.#read("UpdateExpression", (source) =>
      bindUpdate(updateSyntax(source), this.#placeholders),
    );
  }

  /** What the request wants of each item, by expression or by AttributesToGet; undefined for everything. */
  projection(): Projection | undefined {
    const { AttributesToGet: names } = this.#input;
    if (Array.isArray(names)) return attributesToGet(names);
    return this.#read("ProjectionExpression", (source) =>
      bindProjection(projectionSyntax(source), this.#placeholders),
    );
  }

  /** @throws ServiceError where the request has names or values that no expression uses. */
  checkAllUsed(): void {
    this.#placeholders.checkAllUsed();
  }

  #read<T>(name: ExpressionName, read: (source: string) => T): T | undefined {
    const source = this.#input[name];
    if (source == null) return undefined;
    try {
      return read(String(source));
    } catch (error) {
      if (error instanceof KeyConditionError) throw validationError(error.message);
      if (error instanceof ExpressionError) {
        throw validationError(`Invalid ${name}: ${error.message}`);
      }
      throw error;
    }
  }
}

function attributesToGet(names: unknown[]): Projection {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw validationError(
      `One or more parameter values were invalid: Duplicate value in attribute name: ${repeated}`,
    );
  }
  return projectionOf(names.map((name) => [String(name)]));
}
