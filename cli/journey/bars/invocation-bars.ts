import type { Bar } from "local-aws/console";
import type { JourneyEvent } from "../journey-event.ts";
import type { HandlerLine, PlatformLine } from "../log-line.ts";
import type { BarSources } from "./bar-sources.ts";
import { linesHolding } from "./log-lines.ts";

const FAILURES = ["order_message_failed", "order_message_set_aside", "request_failed"];
const DOORS = ["placeOrder", "acceptOrder"];
/** States of an Express workflow, whose executions are known by the invocations of their steps alone. */
const STATES: Readonly<Record<string, string>> = {
  reserveStock: "ReserveStock",
  chargePayment: "ChargePayment",
  confirmOrder: "ConfirmOrder",
  refundPayment: "RefundPayment",
  releaseStock: "ReleaseStock",
  rejectOrder: "RejectOrder",
};

/**
 * The invocations that worked on an order, beside those of its workflow's steps: functions behind doors, of the queue,
 * of the stream and of the topic.
 *
 * @param steps Physical names of the functions that the workflow's steps call.
 */
export function invocationBars(sources: BarSources, steps: ReadonlySet<string>): Bar[] {
  const { records, events, found, functionNames } = sources;
  const { handler, platform } = records.lines;
  const byInvocation = Map.groupBy(
    handler.filter(({ fields }) => fields["orderId"] === records.orderId),
    ({ invocation }) => invocation,
  );
  const bars: Bar[] = [];
  for (const [invocation, lines] of byInvocation) {
    const [first] = lines;
    const functionName = first && functionNames[first.writer];
    if (!first || !functionName || steps.has(functionName)) continue;
    const { writer } = first;
    const own = platform.filter((line) => line.invocation === invocation && line.writer === writer);
    const { from, to } = spanOf(lines, own);
    const failure = lines.find(({ event }) => FAILURES.includes(event));
    const error = failure && String(failure.fields["error"] ?? failure.fields["reason"]);
    const isDoor = DOORS.includes(writer);
    const state = records.express ? STATES[writer] : undefined;
    bars.push({
      key: `invocation:${invocation}`,
      where: writer,
      label: state ?? writer,
      waitingFrom: isDoor ? from : Math.min(from, waitedSince(first, lines, events, from, bars)),
      from,
      to,
      tone: failure ? "bad" : "good",
      what: [...new Set(lines.map(({ event }) => event.replaceAll("_", " ")))].join(", "),
      minor: false,
      depth: isDoor ? 1 : 0,
      lines: linesHolding(found, writer, invocation),
      ...(error !== undefined && { error }),
      functionName,
      ...(state && { state }),
    });
  }
  return bars;
}

/** From the start of an invocation to its end, by Lambda's own lines where there are any. */
function spanOf(
  lines: readonly HandlerLine[],
  platform: readonly PlatformLine[],
): { from: number; to: number } {
  const times = lines.map(({ at }) => at);
  const started = platform.find(({ type }) => type === "platform.start")?.at;
  const took = platform.find(({ durationMs }) => durationMs !== undefined)?.durationMs;
  const from = Math.min(started ?? Number.POSITIVE_INFINITY, ...times);
  return { from, to: Math.max(...times, took === undefined ? from : from + took) };
}

/** Since when the work of an invocation waited: for a queue, a stream or a topic to bring it. */
function waitedSince(
  first: HandlerLine,
  lines: readonly HandlerLine[],
  events: readonly JourneyEvent[],
  from: number,
  earlier: readonly Bar[],
): number {
  const atOf = (key: string) => events.find((event) => event.key === key)?.at;
  const version = String(lines.find(({ fields }) => fields["version"])?.fields["version"]);
  if (first.writer === "orderEvents") return atOf(`v${version}`) ?? from;
  if (first.writer === "notifyCustomer") return atOf(`announced:${version}`) ?? from;
  if (first.writer !== "processOrder") return from;
  const before = earlier.filter(({ where, to = 0 }) => where === "processOrder" && to <= from);
  const again = before.at(-1)?.to;
  if (again !== undefined) return again;
  const arrival = events.find(({ kind, key }) => kind === "accepted" || key === "v1");
  const request = events.find(({ kind }) => kind === "request");
  return (arrival && arrival.where !== "processOrder" ? arrival : request)?.at ?? from;
}
