import type { Bar } from "local-aws/console";
import type { BarSources } from "./bar-sources.ts";
import { linesHolding } from "./log-lines.ts";

/** The requests for an order, each from its arrival to its response. */
export function requestBars({ records, events, found }: BarSources): Bar[] {
  const asked = new Map(
    events.flatMap(({ kind, key, what }) => (kind === "request" ? [[key, what] as const] : [])),
  );
  return records.lines.access.flatMap(({ at, writer, requestId, operation, status, latencyMs }) => {
    const what = asked.get(`request:${requestId}`);
    if (what === undefined) return [];
    const from = at - latencyMs;
    return {
      key: `request:${requestId}`,
      where: writer,
      label: operation,
      waitingFrom: from,
      from,
      to: at,
      tone: status >= 500 ? "bad" : status >= 400 ? "refused" : "good",
      what,
      minor: false,
      depth: 0,
      lines: linesHolding(found, writer, requestId),
    };
  });
}
