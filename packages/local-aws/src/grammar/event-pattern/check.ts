import { parseJson } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { isCidr } from "./cidr.ts";
import {
  type EventPattern,
  isAlternatives,
  isObject,
  type Match,
  NESTED_IN_ANYTHING_BUT,
  OPERATORS,
} from "./syntax.ts";
import { wildcardPieces } from "./wildcard.ts";

const COMPARISONS = ["=", "<", "<=", ">", ">="];

/**
 * Reads an event pattern and checks all of it.
 *
 * @throws ServiceError `InvalidEventPatternException` with AWS's reason.
 */
export function checkPattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = parseJson(text);
  } catch (error) {
    throw invalid(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(pattern)) throw invalid("Filter is not an object");
  checkFields(pattern, "the pattern");
  return pattern as unknown as EventPattern;
}

function checkFields(pattern: Record<string, unknown>, name: string): void {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalid(`Empty objects are not allowed: ${name}`);
  for (const [field, wanted] of fields) {
    if (isAlternatives(field, wanted)) {
      for (const one of wanted) checkFields(one, '"$or"');
    } else if (Array.isArray(wanted)) {
      if (wanted.length === 0) throw invalid(`Empty arrays are not allowed: "${field}"`);
      for (const match of wanted) checkMatch(field, match);
    } else if (isObject(wanted)) {
      checkFields(wanted, `"${field}"`);
    } else {
      throw invalid(`"${field}" must be an object or an array`);
    }
  }
}

function checkMatch(field: string, match: Match | unknown[]): void {
  if (match === null || typeof match !== "object") return;
  if (Array.isArray(match)) {
    throw invalid(`Match value must be String, number, true, false, or null: "${field}"`);
  }
  const entries = Object.entries(match);
  const [first] = entries;
  if (!first || entries.length > 1) {
    throw invalid(`Only one key allowed in match expression: "${field}"`);
  }
  checkOperator(field, first[0], first[1]);
}

function checkOperator(field: string, operator: string, operand: unknown): void {
  if (!OPERATORS.includes(operator)) {
    throw invalid(`Unrecognized match type ${operator}: "${field}"`);
  }
  if (operator === "anything-but") {
    checkAnythingBut(field, operand);
  } else if (operator === "numeric") {
    checkNumeric(field, operand);
  } else if (operator === "exists") {
    if (typeof operand !== "boolean") {
      throw invalid(`exists match pattern must be either true or false: "${field}"`);
    }
  } else {
    checkText(field, operator, unfolded(operator, operand));
  }
}

/** Prefix and suffix also take `{"equals-ignore-case": text}`. */
function unfolded(operator: string, operand: unknown): unknown {
  const folds = operator === "prefix" || operator === "suffix";
  return folds && isObject(operand) && Object.keys(operand).join() === "equals-ignore-case"
    ? operand["equals-ignore-case"]
    : operand;
}

function checkText(field: string, operator: string, operand: unknown): void {
  if (typeof operand !== "string") {
    throw invalid(`${operator} match pattern must be a string: "${field}"`);
  }
  if (operator === "cidr" && !isCidr(operand)) {
    throw invalid(`Malformed CIDR "${operand}": "${field}"`);
  }
  if (operator !== "wildcard") return;
  try {
    wildcardPieces(operand);
  } catch (error) {
    throw invalid(`${error instanceof Error ? error.message : String(error)}: "${field}"`);
  }
}

function checkAnythingBut(field: string, operand: unknown): void {
  if (isObject(operand)) {
    const [entry, ...more] = Object.entries(operand);
    if (!entry || more.length > 0 || !NESTED_IN_ANYTHING_BUT.includes(entry[0])) {
      throw invalid(
        `Unsupported anything-but pattern ${Object.keys(operand).join(", ")}: "${field}"`,
      );
    }
    const values: unknown[] = Array.isArray(entry[1]) ? entry[1] : [entry[1]];
    if (values.length === 0) throw invalid(`Empty arrays are not allowed: "${field}"`);
    for (const value of values) checkText(field, entry[0], value);
    return;
  }
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const types = new Set(values.map((value) => typeof value));
  const [type = ""] = types;
  if (types.size !== 1 || !["string", "number"].includes(type)) {
    throw invalid(
      `Value of anything-but must be a string, a number, or a list of either: "${field}"`,
    );
  }
}

function checkNumeric(field: string, operand: unknown): void {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw invalid(`Value of numeric must be an array of one or two comparisons: "${field}"`);
  }
  for (let at = 0; at < operand.length; at += 2) {
    const [operator, bound]: unknown[] = operand.slice(at, at + 2);
    if (!COMPARISONS.includes(String(operator))) {
      throw invalid(`Unrecognized numeric range operator: ${String(operator)}: "${field}"`);
    }
    if (typeof bound !== "number") {
      throw invalid(`Value of ${String(operator)} must be numeric: "${field}"`);
    }
  }
  if (operand.length === 4) checkRange(field, operand);
}

function checkRange(field: string, [lower, bottom, upper, top]: unknown[]): void {
  if (!String(lower).startsWith(">") || !String(upper).startsWith("<")) {
    throw invalid(`Bad numeric range operator: ${String(upper)}: "${field}"`);
  }
  if (Number(bottom) >= Number(top)) {
    throw invalid(`Bottom must be less than top: "${field}"`);
  }
}

function invalid(reason: string): ServiceError {
  return new ServiceError(
    "InvalidEventPatternException",
    `Event pattern is not valid. Reason: ${reason}`,
  );
}
