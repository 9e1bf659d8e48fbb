import { ServiceError } from "../../kernel/service-error.ts";
import { checkPattern } from "./check.ts";
import { inCidr } from "./cidr.ts";
import { type Conditions, conditionsOf, memberNamed } from "./conditions.ts";
import { PatternError } from "./json-tokens.ts";
import type { EventPattern, Match } from "./syntax.ts";
import { wildcardMatches } from "./wildcard.ts";

export type { EventPattern } from "./syntax.ts";

/**
 * Reads a pattern and checks all of it.
 *
 * @throws ServiceError `InvalidEventPatternException` with AWS's reason.
 */
export function parsePattern(text: string): EventPattern {
  try {
    return checkPattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new ServiceError(
      "InvalidEventPatternException",
      `Event pattern is not valid. Reason: ${error.message}`,
    );
  }
}

/**
 * Whether an event fits a pattern that {@link parsePattern} accepted. Fields are compared by their whole names, joined by
 * dots. A field with several values fits when any one does; conditions below an array of objects must hold for the same
 * element.
 */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return meets(conditionsOf(pattern), event, event, []);
}

function meets(conditions: Conditions, node: unknown, event: unknown, path: string[]): boolean {
  if (Array.isArray(node) && node.length > 0) {
    return node.some((element) => meets(conditions, element, event, path));
  }
  for (const [name, { lists, below }] of conditions.fields) {
    const value = memberNamed(node, name);
    const place = [...path, name];
    if (!lists.every((wanted) => fieldMeets(wanted, value, event, place))) return false;
    if (below && !meets(below, value, event, place)) return false;
  }
  return conditions.alternatives.every((any) => any.some((one) => meets(one, node, event, path)));
}

function fieldMeets(wanted: readonly Match[], value: unknown, event: unknown, path: string[]) {
  const values = leaves(value);
  return wanted.some((match) =>
    isAbsence(match)
      ? // Absence is a claim about the whole event, not about one element of an array on the way.
        leavesAt(event, path).length === 0
      : values.some((one) => fits(match, one)),
  );
}

function isAbsence(match: Match): boolean {
  return typeof match === "object" && match?.exists === false;
}

function fits(match: Match, value: unknown): boolean {
  if (match === null || typeof match !== "object") return match === value;
  const [[operator, operand] = ["", undefined]] = Object.entries(match);
  if (operator === "exists") return true;
  if (operator === "anything-but") return !oneOf(operand, value);
  if (operator === "numeric") return typeof value === "number" && inRange(operand, value);
  return typeof value === "string" && textFits(operator, operand, value);
}

function textFits(operator: string, operand: unknown, value: string): boolean {
  if (operator === "prefix" || operator === "suffix") {
    const [wanted, text] =
      typeof operand === "string"
        ? [operand, value]
        : [fold((operand as Record<string, string>)["equals-ignore-case"]), fold(value)];
    return operator === "prefix" ? text.startsWith(wanted) : text.endsWith(wanted);
  }
  if (operator === "equals-ignore-case") return fold(operand) === fold(value);
  if (operator === "wildcard") return wildcardMatches(String(operand), value);
  return operator === "cidr" && inCidr(String(operand), value);
}

function oneOf(operand: unknown, value: unknown): boolean {
  if (operand === null || typeof operand !== "object") return operand === value;
  if (Array.isArray(operand)) return operand.includes(value);
  const [[operator, excluded] = ["", undefined]] = Object.entries(operand);
  const list: unknown[] = Array.isArray(excluded) ? excluded : [excluded];
  return typeof value === "string" && list.some((one) => textFits(operator, one, value));
}

function inRange(operand: unknown, value: number): boolean {
  const parts = operand as (string | number)[];
  for (let at = 0; at < parts.length; at += 2) {
    if (!compares(String(parts[at]), value, Number(parts[at + 1]))) return false;
  }
  return true;
}

function compares(operator: string, value: number, bound: number): boolean {
  if (operator === "=") return value === bound;
  if (operator === "<") return value < bound;
  if (operator === "<=") return value <= bound;
  if (operator === ">") return value > bound;
  return value >= bound;
}

function fold(text: unknown): string {
  return String(text).toLowerCase();
}

/** The plain values of a field; objects have none, so that `exists` sees leaves only, as on AWS. */
function leaves(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return value === undefined || (value !== null && typeof value === "object") ? [] : [value];
}

function leavesAt(node: unknown, path: readonly string[]): unknown[] {
  if (path.length === 0) return leaves(node);
  if (Array.isArray(node)) return node.flatMap((element) => leavesAt(element, path));
  const [field = "", ...rest] = path;
  return leavesAt(memberNamed(node, field), rest);
}
