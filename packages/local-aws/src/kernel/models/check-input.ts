import type { Service } from "../service.ts";
import { checkedLater, readBy, typeError, violationError } from "./input-errors.ts";
import { readInput } from "./input-reader.ts";
import { refuseMembers } from "./member-rules.ts";
import { modelOf, operationOf } from "./service-model.ts";
import { WireTypeError } from "./wire-types.ts";

/**
 * An operation's input as its service may rely on it: every member of the type, length, range and pattern
 * that AWS publishes, without members that AWS does not know.
 *
 * @throws ServiceError with the service's own message.
 */
export function checkInput(
  service: Pick<Service, "name" | "members" | "checkFirst">,
  operation: string,
  input: unknown,
): Record<string, unknown> {
  const { name, members } = service;
  if (isObject(input)) service.checkFirst?.(operation, input);
  const model = modelOf(name);
  const shape = model && operationOf(model, operation)?.input;
  if (!model || !shape) return input as Record<string, unknown>;
  try {
    const { value, violations } = readInput(model, shape, input, checkedLater(name), readBy(name));
    if (violations.length > 0) throw violationError(name, violations);
    const refuses = members?.[operation]?.refuses;
    if (refuses) refuseMembers(name, operation, refuses, { model, input: shape, value });
    return value;
  } catch (error) {
    throw error instanceof WireTypeError ? typeError(name, error.message) : error;
  }
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
