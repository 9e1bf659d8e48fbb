import type { Clock } from "../../kernel/clock.ts";

/** One line of a log. */
export interface LogEvent {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
  /** When it was stored. */
  ingestionTime: number;
  stream: string;
  /** Unique and increasing in a group. */
  id: number;
}

/** One stream of a group. */
export interface LogStream {
  name: string;
  createdAt: number;
  firstEvent?: number;
  lastEvent?: number;
  lastIngestion?: number;
}

/** One group of logs. */
export interface LogGroup {
  name: string;
  createdAt: number;
  retentionDays?: number;
  tags: Readonly<Record<string, string>>;
  streams: Map<string, LogStream>;
  events: LogEvent[];
  bytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
// CloudWatch Logs counts 26 bytes for each event beside its text.
const EVENT_OVERHEAD = 26;
const MAX_BYTES = 16 * 1024 * 1024;

/** Log groups and their lines, in memory: at most 16 MiB for each group, the lines that were stored first go first. */
export class LogStore {
  readonly #clock: Clock;
  readonly #groups = new Map<string, LogGroup>();
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get groups(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A group with what its retention leaves of it. */
  group(name: string): LogGroup | undefined {
    const group = this.#groups.get(name);
    if (group) this.#expire(group);
    return group;
  }

  createGroup(
    name: string,
    retentionDays?: number,
    tags: Readonly<Record<string, string>> = {},
  ): LogGroup {
    const group: LogGroup = {
      name,
      createdAt: this.#clock.now(),
      tags,
      streams: new Map(),
      events: [],
      bytes: 0,
      ...(retentionDays && { retentionDays }),
    };
    this.#groups.set(name, group);
    return group;
  }

  createStream(group: LogGroup, name: string): LogStream {
    const stream: LogStream = { name, createdAt: this.#clock.now() };
    group.streams.set(name, stream);
    return stream;
  }

  append(
    group: LogGroup,
    stream: LogStream,
    lines: { timestamp: number; message: string }[],
  ): void {
    const ingestionTime = this.#clock.now();
    for (const { timestamp, message } of lines) {
      const id = this.#nextId++;
      group.events.push({ timestamp, message, ingestionTime, stream: stream.name, id });
      group.bytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
      stream.firstEvent = Math.min(stream.firstEvent ?? timestamp, timestamp);
      stream.lastEvent = Math.max(stream.lastEvent ?? timestamp, timestamp);
    }
    stream.lastIngestion = ingestionTime;
    this.#shrink(group, group.bytes > MAX_BYTES ? MAX_BYTES * 0.75 : Number.POSITIVE_INFINITY, 0);
  }

  #expire(group: LogGroup): void {
    if (!group.retentionDays) return;
    const oldest = this.#clock.now() - group.retentionDays * DAY_MS;
    if ((group.events[0]?.timestamp ?? oldest) < oldest) {
      this.#shrink(group, Number.POSITIVE_INFINITY, oldest);
    }
  }

  #shrink(group: LogGroup, mostBytes: number, oldest: number): void {
    let gone = 0;
    for (const event of group.events) {
      if (group.bytes <= mostBytes && event.timestamp >= oldest) break;
      group.bytes -= Buffer.byteLength(event.message) + EVENT_OVERHEAD;
      gone++;
    }
    if (gone > 0) group.events.splice(0, gone);
  }
}
