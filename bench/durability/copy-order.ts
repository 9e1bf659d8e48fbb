import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { encodePartition } from "local-aws/testing/keys";
import { RowTemplate } from "./row-template.ts";

type Row = Record<string, SQLInputValue>;

/** How many of the newest copies have the stream records of their changes, which are dropped after a day. */
const STREAMED = 5_000;
// Executions that ended 90 days ago are forgotten.
const SPREAD_MS = 80 * 24 * 60 * 60 * 1000;
const BATCH = 20_000;
const HASH_BYTES = 4;
const LENGTH_BYTES = 2;

/** A table, and the rows that are copied within it. */
interface Part {
  table: string;
  rows: { row: Row; template: RowTemplate }[];
  insert: StatementSync;
  /** The highest number of a row so far. */
  base: number;
}

/**
 * Copies one order that is over in a data folder, with all that lasts of it, as often as is asked for: under other ids
 * and at other times of the last 80 days, in its tables, indexes and executions. What would have expired by now is left
 * out, and the newest have stream records, which all readers are done with.
 */
export function copyOrder(
  folder: string,
  orderId: string,
  copies: number,
  onCopied: (done: number) => void,
): void {
  const database = new DatabaseSync(join(folder, "stack.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000");
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name));
  const named = (pattern: RegExp) => names.filter((name) => pattern.test(name));
  const has = (row: Row) =>
    Object.values(row).some(
      (value) =>
        (typeof value === "string" || value instanceof Uint8Array) &&
        Buffer.from(value as string).includes(orderId),
    );
  const part = (table: string, counted: string, keep: (row: Row) => boolean): Part => {
    const all = database.prepare(`SELECT * FROM "${table}"`).all() as Row[];
    const rows = all.filter(keep).map((row) => ({ row, template: new RowTemplate(row, orderId) }));
    const places = database
      .prepare(`PRAGMA table_info("${table}")`)
      .all()
      .map(() => "?");
    const base = Math.max(0, ...all.map((row) => Number(row[counted])));
    const insert = database.prepare(`INSERT INTO "${table}" VALUES (${places.join(", ")})`);
    return { table, rows, insert, base };
  };
  const items = named(/^dynamodb_items_\d+$/)
    .map((name) => part(name, "row", has))
    .filter(({ rows }) => rows.length > 0);
  const indexes = named(/^dynamodb_items_\d+_/).map((name) => part(name, "row", has));
  const [executions] = named(/^states_executions$/).map((name) => part(name, "id", has));
  const ids = new Set(executions?.rows.map(({ row }) => row["id"]));
  const [events] = named(/^states_events$/).map((name) =>
    part(name, "execution", (row) => ids.has(row["execution"] ?? null)),
  );
  const streams = named(/^dynamodb_stream_/)
    .map((name) => part(name, "position", has))
    .filter(({ rows }) => rows.length > 0);
  if (items.length === 0) throw new Error(`${folder} has no order ${orderId}`);

  const now = Date.now();
  const first = Math.max(0, copies - STREAMED);
  for (let n = 0; n < copies; n++) {
    if (n % BATCH === 0) database.exec("BEGIN");
    const id = `${(n + 1).toString(16).padStart(8, "0")}${orderId.slice(8)}`;
    const at = now - SPREAD_MS * (1 - (n + 1) / copies);
    for (const { table, rows, insert, base } of items) {
      for (const [index, { row, template }] of rows.entries()) {
        const copy = template.fill(id, at);
        if (copy.expiresAt !== undefined && copy.expiresAt * 1000 < now) continue;
        const number = base + 1 + n * rows.length + index;
        const key = rehashed(copy.values["key"]);
        insert.run(number, key, row["size"] ?? null, copy.values["item"] ?? null);
        for (const entries of indexes) {
          if (!entries.table.startsWith(`${table}_`)) continue;
          for (const one of entries.rows) {
            if (one.row["row"] !== row["row"]) continue;
            entries.insert.run(one.template.fill(id, at).values["entry"] ?? null, key, number);
          }
        }
      }
    }
    for (const [counted, one] of [
      ["id", executions],
      ["execution", events],
    ] as const) {
      for (const { template } of one?.rows ?? []) {
        const { values } = template.fill(id, at);
        one?.insert.run(
          ...Object.values({ ...values, [counted]: (executions?.base ?? 0) + 1 + n }),
        );
      }
    }
    if (n >= first) {
      for (const { rows, insert, base } of streams) {
        for (const [index, { template }] of rows.entries()) {
          const position = base + 1 + (n - first) * rows.length + index;
          const { values } = template.fill(id, now);
          const record = numbered(String(values["record"]), position);
          insert.run(position, now, record);
        }
      }
    }
    if ((n + 1) % BATCH === 0 || n + 1 === copies) {
      database.exec("COMMIT");
      onCopied(n + 1);
    }
  }
  for (const { table, rows, base } of streams) {
    moveReaders(database, table, base + (copies - first) * rows.length);
  }
  database.close();
}

/** The key under the hash of its own partition. */
function rehashed(key: SQLInputValue | undefined): Buffer {
  const bytes = Buffer.from(key as Uint8Array);
  const start = HASH_BYTES + LENGTH_BYTES;
  const end = start + bytes.readUInt16BE(HASH_BYTES);
  const partition = encodePartition({ S: bytes.toString("utf8", start, end) });
  return Buffer.concat([partition, bytes.subarray(end)]);
}

const SEQUENCE = /"SequenceNumber":"1\d{20}"/;

function sequenceNumber(position: number): string {
  return `1${String(position).padStart(20, "0")}`;
}

function numbered(record: string, position: number): string {
  return record.replace(SEQUENCE, `"SequenceNumber":"${sequenceNumber(position)}"`);
}

/** Lets all readers of a stream be done with everything up to a position. */
function moveReaders(database: DatabaseSync, stream: string, position: number): void {
  const [, table = ""] = /^dynamodb_stream_(\d+)_/.exec(stream) ?? [];
  const settings = database.prepare("SELECT settings FROM dynamodb_tables WHERE id = ?").get(table);
  const { name } = JSON.parse(String(settings?.["settings"])) as { name: string };
  const after = sequenceNumber(position);
  database
    .prepare(
      "UPDATE collection_stream_positions SET value = json_set(value, '$.after', ?) WHERE key LIKE ?",
    )
    .run(after, `%:table/${name}/stream/%`);
}
