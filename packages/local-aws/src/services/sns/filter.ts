import { checkPattern } from "../../grammar/event-pattern/check.ts";
import { jsonProblem, PatternError } from "../../grammar/event-pattern/json-tokens.ts";
import { matches } from "../../grammar/event-pattern/pattern.ts";
import { type EventPattern, isAlternatives } from "../../grammar/event-pattern/syntax.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { Notification } from "./notification.ts";
import { invalidAttribute } from "./sns-error.ts";

/** What a subscription wants to see. */
export type FilterScope = "MessageAttributes" | "MessageBody";

const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

/**
 * Reads a filter policy. Returns a predicate: whether a notification passes.
 *
 * @throws ServiceError InvalidParameter when it is not a filter policy of SNS, whose rules are stricter than EventBridge's.
 */
export function parseFilterPolicy(
  text: string,
  scope: FilterScope,
): (notification: Notification, protocol: string) => boolean {
  const pattern = readPolicy(text);
  if (!pattern) return () => true;
  const nests = Object.values(pattern).some((wanted) => !Array.isArray(wanted));
  if (scope === "MessageAttributes" && nests) {
    throw invalidAttribute(
      "Filter policy scope MessageAttributes does not support nested filter policy",
    );
  }
  if (Object.keys(pattern).length > MAX_KEYS) {
    throw invalidAttribute("FilterPolicy: Filter policy can not have more than 5 keys");
  }
  if (combinations(pattern, 1, 1) > MAX_COMBINATIONS) {
    throw invalidAttribute("FilterPolicy: Filter policy is too complex");
  }
  return scope === "MessageBody"
    ? (notification, protocol) => matchesBody(pattern, notification.textFor(protocol))
    : (notification) => matches(pattern, attributesAsEvent(notification.attributes));
}

/** Undefined if the policy is empty: every notification passes. */
function readPolicy(text: string): EventPattern | undefined {
  const problem = jsonProblem(text);
  if (problem) throw invalidAttribute(`FilterPolicy: failed to parse JSON. ${problem}`);
  if (/^\s*\{\s*\}\s*$/.test(text)) return undefined;
  try {
    // SNS normalises it first, so that its errors show no white space.
    return checkPattern(JSON.stringify(parseJson(text)), "sns");
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalidAttribute(`FilterPolicy: ${error.message}`);
  }
}

/** How many combinations of values a policy has: those of a nested key count as often as it is deep. */
function combinations(pattern: EventPattern, depth: number, before: number): number {
  let product = before;
  for (const [name, wanted] of Object.entries(pattern)) {
    if (isAlternatives(name, wanted)) {
      const each = wanted.map((one) => combinations(one, depth, product));
      product = each.reduce((sum, one) => sum + one, 0);
    } else if (Array.isArray(wanted)) {
      product *= wanted.length * depth;
    } else {
      product = combinations(wanted as EventPattern, depth + 1, product);
    }
  }
  return product;
}

function matchesBody(pattern: EventPattern, text: string): boolean {
  try {
    const body: unknown = parseJson(text);
    return body !== null && typeof body === "object" && matches(pattern, body);
  } catch {
    return false;
  }
}

/** Attributes as a pattern sees them: numbers as numbers, and the elements of an array one by one. */
function attributesAsEvent(attributes: Notification["attributes"]): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, { DataType, StringValue = "" }] of Object.entries(attributes)) {
    if (DataType.startsWith("Number")) event[name] = Number(StringValue);
    else if (DataType === "String.Array") event[name] = arrayIn(StringValue);
    else if (DataType.startsWith("String")) event[name] = StringValue;
  }
  return event;
}

function arrayIn(text: string): unknown[] {
  try {
    const value: unknown = parseJson(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
