import { pageAt } from "../../kernel/page.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { parseFilterPattern } from "./filter-pattern.ts";
import type { LogEvent } from "./log-event.ts";
import type { LogGroup, LogStream } from "./log-store.ts";
import { checkGroupFilters, checkStreamFilters } from "./request-names.ts";

type Input = Record<string, unknown>;

const MAX_EVENTS = 10_000;
const PAGE = 50;
// The class of every log group here.
const CLASS = "STANDARD";

/** The output of DescribeLogGroups. */
export function describeGroups(
  groups: LogGroup[],
  input: Input,
  arnOf: (name: string) => string,
): Input {
  checkGroupFilters(input);
  const { logGroupNamePrefix: prefix = "", logGroupNamePattern: part = "" } = input;
  const identifiers = input["logGroupIdentifiers"] as string[] | undefined;
  const named = identifiers?.map((logGroupIdentifier) => nameOf({ logGroupIdentifier }));
  const { logGroupClass = CLASS } = input;
  const found = groups.filter(
    ({ name }) =>
      name.startsWith(String(prefix)) &&
      name.includes(String(part)) &&
      (!named || named.includes(name)) &&
      logGroupClass === CLASS,
  );
  const { items, nextToken } = pageOf(found, input);
  return {
    logGroups: items.map((group) => ({
      logGroupName: group.name,
      creationTime: group.createdAt,
      ...(group.retentionDays && { retentionInDays: group.retentionDays }),
      metricFilterCount: 0,
      arn: `${arnOf(group.name)}:*`,
      logGroupArn: arnOf(group.name),
      logGroupClass: CLASS,
      // As recorded on AWS, a search by pattern does not return these.
      ...(!part && { storedBytes: group.bytes, deletionProtectionEnabled: false }),
    })),
    ...(nextToken && { nextToken }),
  };
}

/** The output of DescribeLogStreams. */
export function describeStreams(group: LogGroup, input: Input, groupArn: string): Input {
  const prefix = String(input["logStreamNamePrefix"] ?? "");
  const byTime = input["orderBy"] === "LastEventTime";
  if (byTime && prefix) throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  const found = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix));
  found.sort((a, b) =>
    byTime ? (a.lastEvent ?? 0) - (b.lastEvent ?? 0) : a.name < b.name ? -1 : 1,
  );
  if (input["descending"] === true) found.reverse();
  const { items, nextToken } = pageOf(found, input);
  return {
    logStreams: items.map((stream) => ({
      logStreamName: stream.name,
      creationTime: stream.createdAt,
      firstEventTimestamp: stream.firstEvent,
      lastEventTimestamp: stream.lastEvent,
      lastIngestionTime: stream.lastIngestion,
      arn: `${groupArn}:log-stream:${stream.name}`,
      storedBytes: 0,
    })),
    ...(nextToken && { nextToken }),
  };
}

/** The output of GetLogEvents. At either end of the stream it returns the token that was sent. */
export function eventsOfStream(group: LogGroup, { name }: LogStream, input: Input): Input {
  const from = Number(input["startTime"] ?? 0);
  const before = Number(input["endTime"] ?? Number.POSITIVE_INFINITY);
  const events = inOrder(group.events).filter(
    ({ stream, timestamp }) => stream === name && timestamp >= from && timestamp < before,
  );
  const limit = Number(input["limit"] ?? MAX_EVENTS);
  const token = /^([fb])\/(\d+)\/(\d+)$/.exec(String(input["nextToken"] ?? ""));
  if (input["nextToken"] !== undefined && !token)
    throw invalid("The specified nextToken is invalid.");
  const forwards = token ? token[1] === "f" : input["startFromHead"] === true;
  const border = token && { timestamp: Number(token[2]), id: Number(token[3]) };
  const rest = events.filter(
    (event) => !border || (forwards ? compare(event, border) > 0 : compare(event, border) < 0),
  );
  const page = forwards ? rest.slice(0, limit) : rest.slice(-limit);
  const last = page.at(-1) ?? border ?? { timestamp: 0, id: 0 };
  const first = page[0] ?? border ?? { timestamp: 0, id: 0 };
  return {
    events: page.map(({ timestamp, message, ingestionTime }) => ({
      timestamp,
      message,
      ingestionTime,
    })),
    nextForwardToken: `f/${last.timestamp}/${last.id}`,
    nextBackwardToken: `b/${first.timestamp}/${first.id}`,
  };
}

/** The output of FilterLogEvents: the lines of all streams in the order of their times. */
export function filterEvents(group: LogGroup, input: Input): Input {
  checkStreamFilters(input);
  const fits = parseFilterPattern(String(input["filterPattern"] ?? ""));
  const names = input["logStreamNames"] as string[] | undefined;
  const prefix = String(input["logStreamNamePrefix"] ?? "");
  const from = Number(input["startTime"] ?? 0);
  const to = Number(input["endTime"] ?? Number.POSITIVE_INFINITY);
  const token = /^(\d+)\/(\d+)$/.exec(String(input["nextToken"] ?? ""));
  if (input["nextToken"] !== undefined && !token)
    throw invalid("The specified nextToken is invalid.");
  const after = token && { timestamp: Number(token[1]), id: Number(token[2]) };
  const limit = Number(input["limit"] ?? MAX_EVENTS);
  const found = inOrder(group.events).filter(
    (event) =>
      event.timestamp >= from &&
      event.timestamp <= to &&
      (!after || compare(event, after) > 0) &&
      (!names || names.includes(event.stream)) &&
      event.stream.startsWith(prefix) &&
      fits(event.message),
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    events: page.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestionTime,
      eventId: String(event.id).padStart(56, "0"),
    })),
    searchedLogStreams: [],
    ...(last && found.length > limit && { nextToken: `${last.timestamp}/${last.id}` }),
  };
}

/** The group's name, from its name or its ARN. */
export function nameOf({ logGroupName, logGroupIdentifier }: Input): string {
  const text = String(logGroupName ?? logGroupIdentifier ?? "");
  return text.startsWith("arn:") ? text.replace(/^.*:log-group:/, "").replace(/:\*$/, "") : text;
}

type Position = Pick<LogEvent, "timestamp" | "id">;

function compare(a: Position, b: Position): number {
  return a.timestamp - b.timestamp || a.id - b.id;
}

/** Each environment writes in batches of its own, so lines arrive almost in order, but not quite. */
function inOrder(events: LogEvent[]): LogEvent[] {
  return [...events].sort(compare);
}

function pageOf<T>(all: T[], { limit = PAGE, nextToken }: Input) {
  const page = pageAt(all, nextToken, Number(limit));
  if (!page) throw invalid("The specified nextToken is invalid.");
  return { items: page.items, nextToken: page.next };
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
