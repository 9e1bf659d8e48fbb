import type { JourneyEvent } from "./journey-event.ts";
import { type HandlerLine, type Lines, text } from "./log-line.ts";

/** The requests for an order, and the functions that they called. `own` are the order's own lines. */
export function requestEvents(
  { access, platform }: Lines,
  own: readonly HandlerLine[],
  orderId: string,
): JourneyEvent[] {
  const behind = new Map<string, HandlerLine>();
  const ids = new Set([orderId]);
  for (const line of own) {
    const requestId = text(line.fields, "requestId");
    if (requestId) behind.set(requestId, line);
    const alias = text(line.fields, "requestedAs");
    if (alias) ids.add(alias);
  }
  return access
    .filter(({ requestId }) => behind.has(requestId) || ids.has(requestId))
    .flatMap(({ at, writer, requestId, operation, status, latencyMs, error }) => {
      const what = `${operation} answered ${status} in ${latencyMs} ms${error ? ` (${error})` : ""}`;
      const key = `request:${requestId}`;
      const began = at - latencyMs;
      const request: JourneyEvent = {
        key,
        after: [],
        at: began,
        kind: "request",
        what,
        where: writer,
      };
      const line = behind.get(requestId);
      if (!line) return [request];
      const { invocation } = line;
      const mine = platform.filter((one) => one.invocation === invocation);
      const ran = mine.find(({ durationMs }) => durationMs !== undefined)?.durationMs;
      const [first] = mine;
      if (!first) return [request];
      const cold = mine.find(({ initMs }) => initMs !== undefined)?.initMs;
      const took = ran === undefined ? "ran" : `ran for ${Math.round(ran)} ms`;
      const called: JourneyEvent = {
        key: `invocation:${invocation}`,
        after: [key],
        at: Math.min(first.at, line.at),
        kind: "invocation",
        what: `${took}${cold === undefined ? "" : `, after a cold start of ${Math.round(cold)} ms`}`,
        where: first.writer,
      };
      return [request, called];
    });
}

/** What a function behind a door did with a request. */
export function doorEvent(
  { at, writer, event, fields, invocation }: HandlerLine,
  index: number,
): JourneyEvent {
  const after = [`invocation:${invocation}`, `request:${fields["requestId"]}`];
  const key = fields["idempotencyKey"] ? `, with the key ${fields["idempotencyKey"]}` : "";
  const base = { after, at, where: writer };
  if (event === "order_placed") {
    const what = `v1 PENDING, payment NONE, stock NONE: placed${key}`;
    return { ...base, key: "v1", kind: "version", what };
  }
  if (event === "order_accepted") {
    return { ...base, key: `accepted:${index}`, kind: "accepted", what: `put on the queue${key}` };
  }
  const what = `asked for again${key}; answered as the first time`;
  return { ...base, key: `replayed:${index}`, after: [...after, "v1"], kind: "replayed", what };
}
