import { type EventPattern, matches, parsePattern } from "../../grammar/event-pattern/pattern.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Notification } from "./notification.ts";

/** What a subscription wants to see. */
export type FilterScope = "MessageAttributes" | "MessageBody";

/**
 * Reads a filter policy. The answer tells for a notification whether it passes.
 *
 * @throws ServiceError InvalidParameter when it is no filter policy.
 */
export function parseFilterPolicy(
  text: string,
  scope: FilterScope,
): (notification: Notification, protocol: string) => boolean {
  let pattern: EventPattern;
  try {
    pattern = parsePattern(text);
  } catch (error) {
    throw new ServiceError(
      "InvalidParameter",
      `Invalid parameter: FilterPolicy: ${(error as Error).message}`,
    );
  }
  return scope === "MessageBody"
    ? (notification, protocol) => matchesBody(pattern, notification.textFor(protocol))
    : (notification) => matches(pattern, attributesAsEvent(notification.attributes));
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
