import type { StatementSync } from "node:sqlite";
import type { Clock } from "../../../kernel/clock.ts";
import type { Store } from "../../../store/store.ts";
import type { ItemChange } from "../items/stored-item.ts";
import type { StreamSettings, StreamViewType } from "../tables/table-settings.ts";
import { type Item, pick } from "../values/attribute-value.ts";
import { itemSize } from "../values/item-size.ts";

/** A change of one item, as GetRecords returns it. */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: "1.1";
  eventSource: "aws:dynamodb";
  awsRegion: string;
  dynamodb: {
    /** Epoch seconds. */
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  userIdentity?: { type: string; principalId: string };
}

/** Where records come from, and what they take from there. */
export interface StreamSource {
  region: string;
  clock: Clock;
  newId: () => string;
}

// DynamoDB keeps stream records for a day.
const RETENTION_MS = 24 * 60 * 60 * 1000;
const TRIM_EVERY = 1024;
const SEQUENCE_DIGITS = 20;
const MAX_PAGE_BYTES = 1024 * 1024;
const SERVICE = JSON.stringify({ type: "Service", principalId: "dynamodb.amazonaws.com" });

/** The stream of one table, in one shard. */
export class StreamLog {
  readonly arn: string;
  readonly label: string;
  readonly table: string;
  readonly view: StreamViewType;
  readonly createdAt: number;
  readonly keyNames: readonly string[];
  readonly shardId = "shardId-00000000000000000000-00000001";
  /** A disabled stream gets no more records; those that it has can still be read. */
  enabled = true;
  readonly #store: Store;
  readonly #source: StreamSource;
  readonly #name: string;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #oldest: StatementSync;
  readonly #trim: StatementSync;
  // Position of the next record: positions count records, from 0.
  #end: number;
  // All before it are older than a day: what is read again need not pass over them.
  #from = 0;
  readonly #readers = new Set<() => void>();

  constructor(
    store: Store,
    source: StreamSource,
    table: string,
    tableId: number,
    { arn, label, view }: StreamSettings,
    keyNames: readonly string[],
  ) {
    this.#store = store;
    this.#source = source;
    this.table = table;
    this.arn = arn;
    this.label = label;
    this.view = view;
    this.createdAt = source.clock.now();
    this.keyNames = keyNames;
    this.#name = `dynamodb_stream_${tableId}_${Buffer.from(label).toString("hex")}`;
    const name = this.#name;
    store.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (position INTEGER PRIMARY KEY, created INTEGER NOT NULL, record TEXT NOT NULL) STRICT`,
    );
    this.#insert = store.prepare(
      `INSERT INTO ${name} (position, created, record) VALUES (?, ?, ?)`,
    );
    this.#read = store.prepare(
      `SELECT position, record FROM ${name} WHERE position >= ? AND created >= ? ORDER BY position LIMIT ?`,
    );
    this.#oldest = store.prepare(
      `SELECT position FROM ${name} WHERE position >= ? AND created >= ? ORDER BY position LIMIT 1`,
    );
    // The newest is kept, so that positions continue from there.
    this.#trim = store.prepare(`DELETE FROM ${name} WHERE created < ? AND position < ?`);
    const last = store.prepare(`SELECT max(position) AS last FROM ${name}`).get()?.["last"];
    this.#end = last === null || last === undefined ? 0 : Number(last) + 1;
  }

  /** Position after the newest record. */
  get end(): number {
    return this.#end;
  }

  /** Position of the oldest record that is kept. */
  get start(): number {
    const row = this.#oldest.get(this.#from, this.#oldestTime());
    if (!row) return this.#end;
    this.#from = Number(row["position"]);
    return this.#from;
  }

  get nextSequenceNumber(): string {
    return sequenceNumber(this.#end);
  }

  /** Writes a change down, in the transaction that makes it. */
  append({ before, after, byService }: ItemChange): void {
    const item = after?.item ?? before?.item;
    if (!item) return;
    // A virtual clock may be between two milliseconds, and the column holds integers.
    const now = Math.floor(this.#source.clock.now());
    const keys = pick(item, this.keyNames);
    const newImage = this.view.startsWith("NEW") ? after : undefined;
    const oldImage = this.view.includes("OLD") ? before : undefined;
    const size = itemSize(keys) + (newImage?.size ?? 0) + (oldImage?.size ?? 0);
    const eventName = !before ? "INSERT" : after ? "MODIFY" : "REMOVE";
    const position = this.#end;
    // Written by hand, since the images are JSON already.
    const record = `{"eventID":"${this.#source.newId().replaceAll("-", "")}","eventName":"${eventName}","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"${this.#source.region}","dynamodb":{"ApproximateCreationDateTime":${Math.floor(now / 1000)},"Keys":${JSON.stringify(keys)},${newImage ? `"NewImage":${newImage.text},` : ""}${oldImage ? `"OldImage":${oldImage.text},` : ""}"SequenceNumber":"${sequenceNumber(position)}","SizeBytes":${size},"StreamViewType":"${this.view}"}${byService ? `,"userIdentity":${SERVICE}` : ""}}`;
    this.#insert.run(position, now, record);
    if (position % TRIM_EVERY === 0) this.#trim.run(this.#oldestTime(), position);
    this.#end = position + 1;
    this.#store.onRollback(() => {
      this.#end = Math.min(this.#end, position);
      this.#from = 0;
    });
    this.#store.afterCommit(this.#wake);
  }

  /** Records from a position on. */
  read(position: number, limit: number): StreamRecord[] {
    const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
    return this.#read
      .all(position, this.#oldestTime(), most)
      .map(({ record }) => JSON.parse(String(record)));
  }

  /** Records from a position on, up to a megabyte, and the position after them. */
  page(position: number, limit: number): { records: StreamRecord[]; next: number } {
    const records: StreamRecord[] = [];
    let bytes = 0;
    let next = Math.max(position, this.start);
    for (const row of this.#read.all(position, this.#oldestTime(), limit)) {
      const text = String(row["record"]);
      bytes += text.length;
      if (records.length > 0 && bytes > MAX_PAGE_BYTES) break;
      records.push(JSON.parse(text));
      next = Number(row["position"]) + 1;
    }
    return { records, next };
  }

  /** Calls back after each change that left records; returns a function that stops it. */
  onRecords(wake: () => void): () => void {
    this.#readers.add(wake);
    return () => this.#readers.delete(wake);
  }

  drop(): void {
    this.#store.exec(`DROP TABLE ${this.#name}`);
  }

  readonly #wake = (): void => {
    for (const wake of this.#readers) wake();
  };

  #oldestTime(): number {
    return this.#source.clock.now() - RETENTION_MS;
  }
}

/** The sequence number of the record at a position. */
export function sequenceNumber(position: number): string {
  return `1${String(position).padStart(SEQUENCE_DIGITS, "0")}`;
}

/** The position of the record with a sequence number. */
export function positionOf(sequenceNumber: string): number {
  return Number(BigInt(sequenceNumber) - 10n ** BigInt(SEQUENCE_DIGITS));
}
