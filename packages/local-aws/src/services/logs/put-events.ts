import { ServiceError } from "../../kernel/service-error.ts";

/** One line of a PutLogEvents. */
export interface NewLine {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

/** The part of a PutLogEvents that is stored, and what the response says about the rest. */
export interface Accepted {
  lines: NewLine[];
  rejected?: Record<string, number>;
}

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
// CloudWatch Logs counts this much for each event beside its text.
const EVENT_OVERHEAD = 26;
const DAY_MS = 24 * 60 * 60 * 1000;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * 60 * 60 * 1000;

/** Checks the lines of a PutLogEvents. @throws ServiceError InvalidParameterException */
export function acceptLines(logEvents: unknown, now: number, retentionDays?: number): Accepted {
  const lines = checked(logEvents);
  const oldest = now - OLDEST_MS;
  const expired = retentionDays ? now - retentionDays * DAY_MS : 0;
  const tooOld = lines.filter(({ timestamp }) => timestamp < oldest).length;
  const gone = lines.filter(({ timestamp }) => timestamp < expired).length;
  const tooNew = lines.findIndex(({ timestamp }) => timestamp > now + NEWEST_MS);
  const rejected = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(gone > 0 && { expiredLogEventEndIndex: gone }),
    ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
  };
  const kept = lines.slice(Math.max(tooOld, gone), tooNew < 0 ? undefined : tooNew);
  return { lines: kept, ...(Object.keys(rejected).length > 0 && { rejected }) };
}

function checked(logEvents: unknown): NewLine[] {
  if (!Array.isArray(logEvents) || logEvents.length === 0 || logEvents.length > MAX_EVENTS) {
    throw invalid(`logEvents must be 1 to ${MAX_EVENTS} events`);
  }
  let bytes = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (const event of logEvents) {
    const { timestamp, message } = (event ?? {}) as Partial<NewLine>;
    if (typeof message !== "string" || message === "" || !Number.isInteger(timestamp)) {
      throw invalid("each log event must have a timestamp and a message");
    }
    if (Number(timestamp) < latest) {
      throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
    }
    latest = Number(timestamp);
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
  }
  const [{ timestamp: first }] = logEvents as [NewLine];
  if (latest - first > DAY_MS) {
    throw invalid(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  }
  if (bytes > MAX_BYTES)
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BYTES}`);
  return logEvents;
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
