import { printable } from "../dlq/print.ts";
import type { JourneyEvent } from "./journey-event.ts";

/** A journey, ready to be shown. */
export interface Journey {
  orderId: string;
  events: JourneyEvent[];
  summary: string;
  missing: string[];
  /** Whether nothing more is to happen. */
  over: boolean;
}

/** The journey as a table, with its summary and what is missing below. */
export function journeyText({ orderId, events, summary, missing, over }: Journey): string {
  const [first] = events;
  const rows = events.map(({ at, kind, what, where }) => [offset(at, first), kind, what, where]);
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const [offsets, kinds, places] = [width(0), width(1), width(3)];
  const lines = rows.map(
    ([at = "", kind = "", what = "", where = ""]) =>
      `${at.padStart(offsets)}  ${kind.padEnd(kinds)}  ${where.padEnd(places)}  ${what}`,
  );
  const began = first ? `, from ${new Date(first.at).toISOString()}` : "";
  const gaps =
    missing.length === 0
      ? [over ? "nothing missing" : "nothing missing so far"]
      : missing.map((gap) => `MISSING: ${gap}`);
  return printable(`order ${orderId}${began}\n\n${[...lines, "", summary, ...gaps].join("\n")}\n`);
}

/** The journey as `--json` prints it. */
export function journeyJson({ orderId, events, summary, missing, over }: Journey): object {
  const [first] = events;
  return {
    orderId,
    summary,
    over,
    missing,
    events: events.map(({ at, kind, what, where }) => ({
      time: new Date(at).toISOString(),
      offsetMs: at - (first?.at ?? at),
      kind,
      where,
      what,
    })),
  };
}

function offset(at: number, first: JourneyEvent | undefined): string {
  return `+${at - (first?.at ?? at)} ms`;
}
