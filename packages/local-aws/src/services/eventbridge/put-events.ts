import { parseJsonObject } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { type BusEvent, eventTime } from "./bus-event.ts";
import { busNameOf, DEFAULT_BUS } from "./names.ts";

/** One entry of PutEvents. */
export interface PutEventsEntry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  /** Epoch seconds, or a date as the CLI writes it. */
  Time?: number | string;
  /** `X-Amzn-Trace-Id` that goes with the event to its targets. */
  TraceHeader?: string;
}

/** Why one entry was not taken. */
export interface EntryError {
  ErrorCode: string;
  ErrorMessage: string;
}

const MAX_BYTES = 262_144;

/**
 * The entries of a PutEvents call.
 *
 * @throws ServiceError `ValidationException` when they are too large together.
 */
export function readEntries(input: Record<string, unknown>): PutEventsEntry[] {
  const entries = input["Entries"] as PutEventsEntry[];
  if (entries.reduce((bytes, entry) => bytes + entryBytes(entry), 0) >= MAX_BYTES) {
    throw new ServiceError(
      "ValidationException",
      "Total size of the entries in the request is over the limit.",
    );
  }
  return entries;
}

/** The size that AWS counts for an entry. */
export function entryBytes(entry: PutEventsEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const timeBytes = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), timeBytes);
}

/** The bus that an entry is for. */
export function busOf(entry: PutEventsEntry): string {
  return busNameOf(entry.EventBusName ?? DEFAULT_BUS);
}

/** Makes the event of an entry, or returns why AWS would refuse it. */
export function readEntry(
  entry: PutEventsEntry,
  facts: { id: string; now: number; account: string; region: string },
): BusEvent | EntryError {
  const { Source: source, DetailType: detailType, Detail: text } = entry;
  if (!source) return missing("Source");
  if (!detailType) return missing("DetailType");
  if (!text) return missing("Detail");
  if (source.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "Not authorized for the source.",
    };
  }
  const detail = parseJsonObject(text);
  if (!detail) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const time = timeOf(entry.Time, facts.now);
  if (time === undefined) {
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter Time is not valid. Reason: ${entry.Time} is not a time.`,
    };
  }
  return {
    version: "0",
    id: facts.id,
    "detail-type": detailType,
    source,
    account: facts.account,
    time: eventTime(time),
    region: facts.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

function timeOf(time: number | string | undefined, now: number): number | undefined {
  if (time === undefined) return now;
  const ms = typeof time === "number" ? time * 1000 : Date.parse(time);
  return Number.isFinite(ms) ? ms : undefined;
}

function missing(member: string): EntryError {
  return {
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${member} is not valid. Reason: ${member} is a required argument.`,
  };
}
