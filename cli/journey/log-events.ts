import { DOOR_EVENTS } from "./find-order.ts";
import type { JourneyEvent } from "./journey-event.ts";
import { type HandlerLine, type Lines, text } from "./log-line.ts";
import { doorEvent, requestEvents } from "./request-events.ts";

/** The events in the log lines of an order. Lines of other orders are ignored. */
export function logEvents(lines: Lines, orderId: string): JourneyEvent[] {
  const messages = messageIdsOf(lines.handler, orderId);
  const own = lines.handler.filter(
    ({ fields }) =>
      fields["orderId"] === orderId ||
      (fields["orderId"] === undefined && messages.has(String(fields["messageId"]))),
  );
  const requests = requestEvents(lines, own, orderId);
  return [...requests, ...own.flatMap((line, index) => handlerEvents(line, index, own))];
}

function messageIdsOf(handler: readonly HandlerLine[], orderId: string): Set<string> {
  const own = handler.filter(({ fields }) => fields["orderId"] === orderId);
  return new Set(own.flatMap(({ fields }) => text(fields, "messageId") ?? []));
}

/** Steps that log the order's status, with their state in the workflow. */
const STEP_STATES: Record<string, string> = {
  stock_reserved: "ReserveStock",
  payment_captured: "ChargePayment",
  order_completed: "ConfirmOrder",
  order_fenced: "RefundPayment",
  payment_refunded: "RefundPayment",
  stock_released: "ReleaseStock",
  order_failed: "RejectOrder",
};

/** States that refuse an order, by the reason. */
const REFUSING_STATES: Record<string, string> = {
  out_of_stock: "ReserveStock",
  payment_declined: "ChargePayment",
  payment_risk: "ConfirmOrder",
};

/** Entries of the payment provider's books that a step notes. */
const ENTRIES_OF: Record<string, string[]> = {
  payment_captured: ["payment:charge"],
  payment_refunded: ["payment:refund", "payment:void"],
};

function handlerEvents(
  line: HandlerLine,
  index: number,
  own: readonly HandlerLine[],
): JourneyEvent[] {
  const { at, writer: where, event, fields } = line;
  const base = { key: `line:${index}`, after: [], at, where };
  const say = (name: string) => String(fields[name]);
  const stands = `v${say("version")} ${say("status")}, payment ${say("paymentStatus")}, stock ${say("stockStatus")}`;
  if (DOOR_EVENTS.includes(event)) return [doorEvent(line, index)];
  if (event in STEP_STATES) {
    const version = say("version");
    const first = own.find(
      (one) => one.event in STEP_STATES && String(one.fields["version"]) === version,
    );
    const words = event.replaceAll("_", " ");
    const state = STEP_STATES[event] ?? "";
    if (first !== line) {
      return [{ ...base, kind: "step", state, what: `${words} before: ${stands}` }];
    }
    const after = [`v${Number(version) - 1}`, ...(ENTRIES_OF[event] ?? [])];
    const what = `${stands}: ${words}`;
    return [{ ...base, key: `v${version}`, after, kind: "version", state, what }];
  }
  switch (event) {
    case "order_stored":
      return [
        {
          ...base,
          key: "v1",
          after: [`message:${say("messageId")}`],
          kind: "version",
          what: `v1 PENDING, payment NONE, stock NONE: stored from the queue`,
        },
      ];
    case "order_workflow_started":
      return [messageEvent(line, own)];
    case "order_message_failed":
      return [
        {
          ...base,
          after: arrivals(own),
          kind: "message-failed",
          what: `message ${say("messageId")}, attempt ${say("attempt")}: ${oneLine(say("error"))}`,
        },
      ];
    case "order_message_set_aside":
      return [
        {
          ...base,
          after: arrivals(own),
          kind: "set-aside",
          what: `message ${say("messageId")}, attempt ${say("attempt")}: ${oneLine(say("reason"))}`,
        },
      ];
    case "order_refused":
      return [
        {
          ...base,
          after: say("reason") === "payment_declined" ? ["payment:charge"] : [],
          kind: "refused",
          state: REFUSING_STATES[say("reason")] ?? "",
          what: `${say("reason")}: ${oneLine(say("why"))}`,
        },
      ];
    case "order_announced":
      return [
        {
          ...base,
          key: `announced:${say("version")}`,
          after: [`v${say("version")}`, ...announcedBefore(own, Number(say("version")))],
          kind: "announced",
          what: `${say("eventType")} of v${say("version")}`,
        },
      ];
    case "letter_simulated":
      return [
        {
          ...base,
          key: `letter:${say("channel")}:${say("version")}`,
          after: [`announced:${say("version")}`],
          kind: "letter",
          what: letterText(fields),
        },
      ];
    case "letter_suppressed":
      return [
        {
          ...base,
          key: `letter:${say("channel")}:${say("version")}`,
          after: [`announced:${say("version")}`],
          kind: "letter",
          what: `${say("channel")} about v${say("version")} not sent: ${say("reason")}`,
        },
      ];
    case "order_reconciled":
      return [
        {
          ...base,
          kind: "reconciled",
          what: `${say("status")} for ${say("minutes")} minutes: ${say("action")}`,
        },
      ];
    default:
      return [{ ...base, kind: "step", what: event.replaceAll("_", " ") }];
  }
}

/** Keys of what was announced of earlier versions: events of one batch are logged in the same millisecond. */
function announcedBefore(own: readonly HandlerLine[], version: number): string[] {
  return own.flatMap(({ event, fields }) =>
    event === "order_announced" && Number(fields["version"]) < version
      ? [`announced:${fields["version"]}`]
      : [],
  );
}

/** A letter in a few words. */
export function letterText(fields: Record<string, unknown>): string {
  const { channel, to, subject, version } = fields;
  const about = subject ? `: ${subject}` : "";
  return `${channel} to ${to} about v${version}${about}`;
}

/** Text on one line, without what follows of a stack. */
export function oneLine(words: string): string {
  return words
    .replace(/\n\s+at [\s\S]*$/, "")
    .replace(/\s+/g, " ")
    .trim();
}

function messageEvent(line: HandlerLine, own: readonly HandlerLine[]): JourneyEvent {
  const { at, writer, fields } = line;
  const { messageId, attempt, requestedAs } = fields;
  const first = own.find(
    ({ event, fields: other }) =>
      event === "order_workflow_started" && other["messageId"] === messageId,
  );
  const again = first === line ? "" : `:${attempt}:${at}`;
  const stored = own.some(
    ({ event, fields: other }) => event === "order_stored" && other["messageId"] === messageId,
  );
  const alias = requestedAs ? `, asked for as ${requestedAs}` : "";
  return {
    key: `message:${messageId}${again}`,
    after: stored ? arrivals(own) : [...arrivals(own), "v1"],
    at,
    kind: "message",
    what: `message ${messageId}, attempt ${attempt}: brought to its workflow${alias}`,
    where: writer,
  };
}

/** Keys of what puts an order on the queue. */
function arrivals(own: readonly HandlerLine[]): string[] {
  const id = text(own[0]?.fields ?? {}, "orderId");
  const accepted = own.flatMap(({ event }, index) =>
    event === "order_accepted" ? [`accepted:${index}`] : [],
  );
  return [...accepted.slice(0, 1), ...(id ? [`request:${id}`] : [])];
}
