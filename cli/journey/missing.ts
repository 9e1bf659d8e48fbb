import { announcementOf } from "../../handlers/orders/rules/announcement.ts";
import { lettersFor } from "../../handlers/orders/rules/letter.ts";
import type { Order } from "../../handlers/orders/rules/order.ts";
import type { JourneyEvent } from "./journey-event.ts";
import type { OrderRecords } from "./timeline.ts";

/** What is missing in the journey of an ended order; one sentence each. */
export function missing(records: OrderRecords, events: readonly JourneyEvent[]): string[] {
  const { order } = records.items;
  if (!order) return unstored(records, events);
  const lines = records.unsearched
    ? ["the order is older than the logs that were searched; --since 3d looks further back"]
    : [...missingArrival(order, events), ...missingVersions(order, events)];
  const found = [...lines, ...missingRuns(order, records, events)];
  if (!isOver(records, events)) return found;
  return [...found, ...missingMoney(order, records), ...missingNews(order, records, events)];
}

/** Whether nothing more is to happen to an order. */
export function isOver(
  { items: { order } }: OrderRecords,
  events: readonly JourneyEvent[],
): boolean {
  if (!order) return events.some(({ kind }) => kind === "set-aside");
  return order.status === "COMPLETED" || order.status === "FAILED";
}

function unstored({ orderId }: OrderRecords, events: readonly JourneyEvent[]): string[] {
  if (events.some(({ kind }) => kind === "set-aside")) return [];
  const failed = events.some(({ kind }) => kind === "message-failed");
  const waits = failed ? "its message failed, and is tried again" : "its message is on the way";
  return [`order ${orderId} is not stored: ${waits}, or in ordersDlq`];
}

function missingArrival({ door }: Order, events: readonly JourneyEvent[]): string[] {
  const has = (kind: JourneyEvent["kind"]) => events.some((event) => event.kind === kind);
  return [
    ...(has("request") ? [] : [`the ${door} door's access log has no line for the request`]),
    ...(has("message") ? [] : ["no log line for a message that started its workflow"]),
  ];
}

function missingVersions({ version }: Order, events: readonly JourneyEvent[]): string[] {
  const told = new Set(events.filter(({ kind }) => kind === "version").map(({ key }) => key));
  return Array.from({ length: version }, (_, index) => `v${index + 1}`)
    .filter((key) => !told.has(key))
    .map((key) => `no log line for ${key}`);
}

function missingRuns(
  { status }: Order,
  { runs, express }: OrderRecords,
  events: readonly JourneyEvent[],
): string[] {
  const last = runs.at(-1);
  if (!last) return express ? [] : ["its workflow has not run"];
  const over = status === "COMPLETED" || status === "FAILED";
  const ended = events.some(({ key }) => key === `run:${runs.length}:end`);
  if (ended === over) return [];
  return [
    over ? `${last.name} is still running` : `${last.name} has ended, and the order is ${status}`,
  ];
}

function missingMoney({ paymentStatus, status }: Order, { items }: OrderRecords): string[] {
  const { charge, refund } = items;
  const books = refund?.state ?? charge?.state ?? "nothing";
  const fits: Record<string, string[]> = {
    CAPTURED: ["CAPTURED"],
    REFUNDED: ["REFUNDED"],
    VOIDED: ["VOIDED", "DECLINED"],
  };
  const wanted =
    status === "COMPLETED" ? paymentStatus === "CAPTURED" : paymentStatus !== "CAPTURED";
  if (wanted && fits[paymentStatus]?.includes(books)) return [];
  return [
    `the order is ${status} with its payment ${paymentStatus}, and the payment provider has ${books}`,
  ];
}

function missingNews(
  order: Order,
  { items }: OrderRecords,
  events: readonly JourneyEvent[],
): string[] {
  const { failureReason: _later, ...placed } = order;
  const news = [
    announcementOf({ ...placed, status: "PENDING", version: 1 }, undefined),
    announcementOf(order, undefined),
  ];
  const keys = new Set(events.map(({ key }) => key));
  return news.flatMap((announcement) => {
    if (!announcement) return [];
    const { version, eventType } = announcement;
    const announced = keys.has(`announced:${version}`) || items.announced.includes(version);
    const unsent = lettersFor(announcement)
      .filter(({ channel }) => !keys.has(`letter:${channel}:${version}`))
      .map(({ channel }) => `no ${channel} to the customer about ${eventType} (v${version})`);
    const unlogged = items.letters
      .filter((letter) => letter.version === version)
      .filter(({ channel }) => events.some(isUnlogged(`letter:${channel}:${version}`)))
      .map(
        ({ channel }) =>
          `the ${channel} of v${version} is recorded, but no log line says that it was sent`,
      );
    return [
      ...(announced ? [] : [`${eventType} (v${version}) was not announced`]),
      ...unsent,
      ...unlogged,
    ];
  });
}

const isUnlogged = (key: string) => (event: JourneyEvent) =>
  event.key === key && event.where === "ordersTable";
