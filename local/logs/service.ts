import type { Kernel } from "../kernel.ts";
import type { Need, Operation, Service } from "../service.ts";
import { ServiceError } from "../service-error.ts";
import { parseFilterPattern } from "./filter-pattern.ts";
import { type LogEvent, type LogGroup, LogStore, type LogStream } from "./log-store.ts";

type Input = Record<string, unknown>;

/** A line that was stored. */
export interface StoredLine {
  group: string;
  stream: string;
  message: string;
  timestamp: number;
}

const MOST_EVENTS = 10_000;
const PAGE = 50;

/** CloudWatch Logs: groups, streams and lines, and the ways to read them. */
export class Logs implements Service {
  readonly name = "logs";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #kernel: Kernel;
  readonly #store: LogStore;
  readonly #listeners = new Set<(line: StoredLine) => void>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#store = new LogStore(kernel.clock);
    const onStream = (action: string) => (input: Input) => this.#onStream(action, input);
    const onGroup = (action: string) => (input: Input) => this.#onGroup(action, input);
    this.operations = {
      CreateLogGroup: {
        needs: onGroup("CreateLogGroup"),
        run: (input) => this.#createGroup(input),
      },
      CreateLogStream: {
        needs: onStream("CreateLogStream"),
        run: (input) => this.#createStream(input),
      },
      PutLogEvents: { needs: onStream("PutLogEvents"), run: (input) => this.#put(input) },
      PutRetentionPolicy: {
        needs: onGroup("PutRetentionPolicy"),
        run: (input) => {
          this.#group(input).retentionDays = Number(input["retentionInDays"]);
        },
      },
      DescribeLogGroups: {
        needs: () => [{ action: "logs:DescribeLogGroups", resource: "*" }],
        run: (input) => this.#describeGroups(input),
      },
      DescribeLogStreams: {
        needs: onGroup("DescribeLogStreams"),
        run: (input) => this.#describeStreams(input),
      },
      GetLogEvents: { needs: onStream("GetLogEvents"), run: (input) => this.#getEvents(input) },
      FilterLogEvents: {
        needs: onGroup("FilterLogEvents"),
        run: (input) => this.#filterEvents(input),
      },
      ListTagsForResource: {
        needs: ({ resourceArn }) => [
          { action: "logs:ListTagsForResource", resource: String(resourceArn ?? "*") },
        ],
        run: () => ({ tags: {} }),
      },
    };
  }

  /** Makes a group that the program declares. */
  provisionGroup(name: string, retentionDays?: number): void {
    this.#store.createGroup(name, retentionDays);
  }

  /** Stores a line that a service of the platform writes; a group that does not exist loses it, as on AWS. */
  append(groupName: string, streamName: string, message: string): void {
    const group = this.#store.group(groupName);
    if (!group) return;
    const stream = group.streams.get(streamName) ?? this.#store.createStream(group, streamName);
    this.#append(group, stream, [{ timestamp: this.#kernel.clock.now(), message }]);
  }

  /** Calls back for every line that is stored; the answer stops it. */
  onLine(listener: (line: StoredLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #append(group: LogGroup, stream: LogStream, lines: { timestamp: number; message: string }[]) {
    this.#store.append(group, stream, lines);
    for (const listener of this.#listeners) {
      for (const line of lines) listener({ group: group.name, stream: stream.name, ...line });
    }
  }

  #createGroup(input: Input): void {
    const name = nameOf(input);
    if (this.#store.group(name)) {
      throw new ServiceError(
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
      );
    }
    this.#store.createGroup(name);
  }

  #createStream(input: Input): void {
    const group = this.#group(input);
    const name = String(input["logStreamName"]);
    if (group.streams.has(name)) {
      throw new ServiceError(
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
      );
    }
    this.#store.createStream(group, name);
  }

  #put(input: Input): Input {
    const group = this.#group(input);
    const lines = (input["logEvents"] ?? []) as { timestamp: number; message: string }[];
    if (lines.length === 0 || lines.length > MOST_EVENTS) {
      throw invalid(`logEvents must be 1 to ${MOST_EVENTS} events`);
    }
    this.#append(group, this.#stream(group, input), lines);
    return { nextSequenceToken: String(group.events.at(-1)?.id ?? 0) };
  }

  #describeGroups(input: Input): Input {
    const { logGroupNamePrefix: prefix = "", logGroupNamePattern: part = "" } = input;
    const found = this.#store.groups.filter(
      ({ name }) => name.startsWith(String(prefix)) && name.includes(String(part)),
    );
    const { items, nextToken } = pageOf(found, input);
    return {
      logGroups: items.map((group) => ({
        logGroupName: group.name,
        creationTime: group.createdAt,
        ...(group.retentionDays && { retentionInDays: group.retentionDays }),
        metricFilterCount: 0,
        arn: `${this.#arn(group.name)}:*`,
        logGroupArn: this.#arn(group.name),
        storedBytes: group.bytes,
        logGroupClass: "STANDARD",
      })),
      ...(nextToken && { nextToken }),
    };
  }

  #describeStreams(input: Input): Input {
    const group = this.#group(input);
    const prefix = String(input["logStreamNamePrefix"] ?? "");
    const found = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix));
    const byTime = input["orderBy"] === "LastEventTime";
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
        arn: `${this.#arn(group.name)}:log-stream:${stream.name}`,
        storedBytes: 0,
      })),
      ...(nextToken && { nextToken }),
    };
  }

  #getEvents(input: Input): Input {
    const group = this.#group(input);
    const { name } = this.#stream(group, input);
    const events = between(group.events, input).filter(({ stream }) => stream === name);
    const limit = Number(input["limit"] ?? MOST_EVENTS);
    const token = /^([fb])\/(\d+)$/.exec(String(input["nextToken"] ?? ""));
    const forwards = token ? token[1] === "f" : input["startFromHead"] === true;
    const border = token ? Number(token[2]) : forwards ? 0 : Number.POSITIVE_INFINITY;
    const page = forwards
      ? events.filter(({ id }) => id > border).slice(0, limit)
      : events.filter(({ id }) => id < border).slice(-limit);
    const none = Number.isFinite(border) ? border : 0;
    return {
      events: page.map(({ timestamp, message, ingestionTime }) => ({
        timestamp,
        message,
        ingestionTime,
      })),
      nextForwardToken: `f/${page.at(-1)?.id ?? none}`,
      nextBackwardToken: `b/${page[0]?.id ?? none}`,
    };
  }

  #filterEvents(input: Input): Input {
    const group = this.#group(input);
    const fits = parseFilterPattern(String(input["filterPattern"] ?? ""));
    const names = input["logStreamNames"] as string[] | undefined;
    const prefix = String(input["logStreamNamePrefix"] ?? "");
    const after = Number(input["nextToken"] ?? 0);
    const limit = Number(input["limit"] ?? MOST_EVENTS);
    const found = between(group.events, input).filter(
      ({ id, stream, message }) =>
        id > after &&
        (!names || names.includes(stream)) &&
        stream.startsWith(prefix) &&
        fits(message),
    );
    const page = found.slice(0, limit);
    return {
      events: page.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.timestamp,
        message: event.message,
        ingestionTime: event.ingestionTime,
        eventId: String(event.id).padStart(56, "0"),
      })),
      searchedLogStreams: [],
      ...(found.length > limit && { nextToken: String(page.at(-1)?.id) }),
    };
  }

  #group(input: Input): LogGroup {
    const group = this.#store.group(nameOf(input));
    if (group) return group;
    throw new ServiceError(
      "ResourceNotFoundException",
      `The specified log group does not exist: ${nameOf(input)}`,
    );
  }

  #stream(group: LogGroup, input: Input): LogStream {
    const stream = group.streams.get(String(input["logStreamName"]));
    if (stream) return stream;
    throw new ServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
  }

  #onGroup(action: string, input: Input): Need[] {
    return [{ action: `logs:${action}`, resource: this.#arn(nameOf(input)) }];
  }

  #onStream(action: string, input: Input): Need[] {
    const resource = `${this.#arn(nameOf(input))}:log-stream:${input["logStreamName"] ?? ""}`;
    return [{ action: `logs:${action}`, resource }];
  }

  #arn(group: string): string {
    const { region, account } = this.#kernel;
    return `arn:aws:logs:${region}:${account}:log-group:${group}`;
  }
}

/** The group's name, from its name or its ARN. */
function nameOf({ logGroupName, logGroupIdentifier }: Input): string {
  const text = String(logGroupName ?? logGroupIdentifier ?? "");
  return text.startsWith("arn:") ? text.replace(/^.*:log-group:/, "").replace(/:\*$/, "") : text;
}

function between(events: LogEvent[], { startTime, endTime }: Input): LogEvent[] {
  if (startTime === undefined && endTime === undefined) return events;
  const from = Number(startTime ?? 0);
  const to = Number(endTime ?? Number.POSITIVE_INFINITY);
  return events.filter(({ timestamp }) => timestamp >= from && timestamp <= to);
}

function pageOf<T>(all: T[], { limit, nextToken }: Input): { items: T[]; nextToken?: string } {
  const start = Number(nextToken ?? 0);
  const end = start + Number(limit ?? PAGE);
  return { items: all.slice(start, end), ...(end < all.length && { nextToken: String(end) }) };
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
