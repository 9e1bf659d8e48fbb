import type { Lines } from "./log-line.ts";
import { text } from "./log-line.ts";

/** An order that log lines name together with the given id. */
export interface Candidate {
  orderId: string;
  /** First line that names it, in epoch milliseconds. */
  at: number;
}

const NAMES = [
  "orderId",
  "requestedAs",
  "correlationId",
  "requestId",
  "idempotencyKey",
  "messageId",
];

/** Path of the door without a function: there a request's id becomes the order's. */
const DIRECT = "POST /orders/direct";

/** The orders of an order id, idempotency key, request id or correlation id, oldest first. */
export function ordersNamed({ handler, access }: Lines, id: string): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { at, fields, invocation } of handler) {
    const orderId = text(fields, "orderId");
    const named = invocation === id || NAMES.some((name) => fields[name] === id);
    if (orderId && named && !found.has(orderId)) found.set(orderId, { orderId, at });
  }
  if (found.size > 0) return [...found.values()];
  const direct = access.find(
    ({ requestId, operation, status }) =>
      requestId === id && operation === DIRECT && status === 202,
  );
  return direct ? [{ orderId: id, at: direct.at }] : [];
}

/** Why there is no order, in one sentence. */
export function nothingFound(
  { access }: Lines,
  id: string,
  { stack, since }: { stack: string; since: string },
): string {
  const request = access.find(({ requestId }) => requestId === id);
  if (request) {
    const { operation, status, error } = request;
    const why = error ? ` (${error})` : "";
    return `request ${id} was ${operation}, answered ${status}${why}: no order came of it`;
  }
  return `${stack} knows no order, idempotency key, request or correlation id ${id} in the logs of the last ${since}; --since 3d looks further back`;
}

/** Ids of what belongs to an order without naming it: requests, their invocations, and messages. */
export function relatedIds({ handler }: Lines, orderId: string): string[] {
  const ids = new Set<string>();
  for (const { event, fields, invocation } of handler) {
    if (fields["orderId"] !== orderId) continue;
    const names = ["requestId", "requestedAs", "messageId"];
    for (const name of names) {
      const id = text(fields, name);
      if (id) ids.add(id);
    }
    if (DOOR_EVENTS.includes(event)) ids.add(invocation);
  }
  ids.delete(orderId);
  return [...ids];
}

/** What the functions behind the doors log of an order. */
export const DOOR_EVENTS = ["order_placed", "order_replayed", "order_accepted"];
