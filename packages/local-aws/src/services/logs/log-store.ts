import type { Clock } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Collection } from "../../store/collection.ts";
import { LogArchive } from "./log-archive.ts";
import type { LogEvent } from "./log-event.ts";

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

/** A group that no program declares, as it is kept. */
type KeptGroup = Pick<LogGroup, "createdAt" | "tags"> & { retentionDays?: number | undefined };

/**
 * Log groups and their lines: at most 16 MiB for each group, the lines that were stored first go first. Lines of an
 * earlier run are loaded when the group is first read.
 */
export class LogStore {
  readonly #clock: Clock;
  readonly #groups = new Map<string, LogGroup>();
  readonly #archive: LogArchive | undefined;
  readonly #made: Collection<string, KeptGroup>;
  /** Groups whose lines of an earlier run have been read. */
  readonly #loaded = new Set<LogGroup>();
  readonly #lastEarlierId: number;
  #nextId: number;

  constructor({ clock, store }: Pick<Kernel, "clock" | "store">) {
    this.#clock = clock;
    this.#archive = store.isDurable ? new LogArchive(store) : undefined;
    this.#lastEarlierId = this.#archive?.lastId ?? 0;
    this.#nextId = this.#lastEarlierId + 1;
    this.#made = store.collection("logs_groups");
    for (const [name, { retentionDays, tags, createdAt }] of this.#made.entries()) {
      Object.assign(this.createGroup(name, retentionDays, tags), { createdAt });
    }
  }

  get groups(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A group with what its retention leaves of it. */
  group(name: string): LogGroup | undefined {
    const group = this.#groups.get(name);
    if (group) this.#load(group);
    if (group) this.#expire(group);
    return group;
  }

  /** A group that lines are to be added to; those of an earlier run need not be read for that. */
  groupForLines(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  /** Keeps what a caller made or changed of a group. */
  keep({ name, createdAt, retentionDays, tags }: LogGroup): void {
    this.#made.put(name, { createdAt, retentionDays, tags });
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
    const events = lines.map(({ timestamp, message }) => {
      return { timestamp, message, ingestionTime, stream: stream.name, id: this.#nextId++ };
    });
    for (const event of events) {
      group.events.push(event);
      note(group, stream, event);
    }
    this.#archive?.append(group.name, events);
    this.#shrink(group, group.bytes > MAX_BYTES ? MAX_BYTES * 0.75 : Number.POSITIVE_INFINITY, 0);
  }

  #load(group: LogGroup): void {
    if (!this.#archive || this.#loaded.has(group)) return;
    this.#loaded.add(group);
    const events = this.#archive.linesOf(group.name, this.#lastEarlierId);
    for (const event of events) {
      note(group, group.streams.get(event.stream) ?? this.createStream(group, event.stream), event);
    }
    group.events = [...events, ...group.events];
    this.#shrink(group, MAX_BYTES, 0);
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

/** Counts a line in its group and its stream. */
function note(
  group: LogGroup,
  stream: LogStream,
  { timestamp, ingestionTime, message }: LogEvent,
): void {
  group.bytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
  stream.firstEvent = Math.min(stream.firstEvent ?? timestamp, timestamp);
  stream.lastEvent = Math.max(stream.lastEvent ?? timestamp, timestamp);
  stream.lastIngestion = Math.max(stream.lastIngestion ?? ingestionTime, ingestionTime);
}
