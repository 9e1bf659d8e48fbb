import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  readdirSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { holdsData, openDataFolder } from "../store/data-folder.ts";

/** What lies in a data folder, and what is wrong with it. */
export interface DataReport {
  /** All files together. */
  bytes: number;
  /** Rows and bytes of each kind of state, the largest first. */
  kinds: { kind: string; rows: number; bytes: number }[];
  /** What does not hold together, a sentence each. */
  problems: string[];
}

/** The first line of an export. */
interface ExportHeader {
  format: number;
  /** Statements that make the tables and their indexes. */
  schema: string[];
}

type Row = Record<string, SQLInputValue>;

// What tables hold, by how their names begin; the first that fits counts.
const KINDS: [prefix: string, kind: string][] = [
  ["dynamodb_stream_", "stream records"],
  ["dynamodb_items_", "items and their indexes"],
  ["states_events", "histories of executions"],
  ["states_executions", "executions that are over"],
  ["collection_states_", "executions in progress"],
  ["collection_sqs_", "messages and queues"],
  ["logs_lines", "log lines"],
  ["cloudwatch_", "metrics"],
  ["collection_cloudwatch_", "alarms and series"],
  ["collection_mailbox", "letters"],
];

/**
 * Describes what is in a data folder and whether it is consistent. Changes nothing.
 *
 * @throws Error naming the process that uses the folder, or why it cannot be read.
 */
export function checkData(folder: string): DataReport {
  return opened(folder, (database) => {
    const tables = tablesOf(database);
    const sizes = new Map<string, { rows: number; bytes: number }>();
    for (const table of tables) {
      const kind = kindOf(table);
      const { rows, bytes } = sizeOf(database, table);
      const known = sizes.get(kind) ?? { rows: 0, bytes: 0 };
      sizes.set(kind, { rows: known.rows + rows, bytes: known.bytes + bytes });
    }
    const kinds = [...sizes]
      .map(([kind, size]) => ({ kind, ...size }))
      .filter(({ rows }) => rows > 0)
      .sort((a, b) => b.bytes - a.bytes);
    return { bytes: bytesOf(folder), kinds, problems: problemsOf(database, tables) };
  });
}

/** Frees the space of deleted rows; returns how many bytes there were and are. @throws Error as {@link checkData}. */
export function compactData(folder: string): { before: number; after: number } {
  const before = bytesOf(folder);
  opened(folder, (database) => {
    database.exec("VACUUM");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
  return { before, after: bytesOf(folder) };
}

/**
 * Writes all that is in a data folder to a new file, a line of JSON for each row; returns how many rows.
 *
 * @throws Error as {@link checkData}, or when the file exists.
 */
export function exportData(folder: string, file: string): number {
  return opened(folder, (database) => {
    const output = openSync(file, "wx", 0o600);
    try {
      const format = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
      const schema = database
        .prepare(
          "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
        )
        .all()
        .map(({ sql }) => String(sql));
      writeSync(output, `${JSON.stringify({ format, schema } satisfies ExportHeader)}\n`);
      let rows = 0;
      for (const table of [...tablesOf(database), "sqlite_sequence"]) {
        for (const row of database.prepare(`SELECT * FROM "${table}"`).iterate()) {
          writeSync(output, `${JSON.stringify([table, encoded(row as Row)])}\n`);
          rows++;
        }
      }
      fsyncSync(output);
      return rows;
    } finally {
      closeSync(output);
    }
  });
}

/**
 * Imports what {@link exportData} wrote into an empty data folder; returns how many rows.
 *
 * @throws Error when the folder has data, or the file is none of this format; then the folder stays empty.
 */
export async function importData(folder: string, file: string): Promise<number> {
  const data = openDataFolder(folder);
  const { database } = data;
  try {
    if (tablesOf(database).length > 0) {
      throw new Error(`${folder} holds data already; import into an empty folder`);
    }
    const lines = createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    database.exec("BEGIN");
    let rows = -1;
    for await (const line of lines) {
      if (rows < 0) makeTables(database, line, file);
      else insert(database, line);
      rows++;
    }
    if (rows < 0) throw new Error(`${file} is empty; npm run data -- export writes such a file`);
    database.exec("COMMIT");
    return rows;
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
    data.close();
  }
}

function opened<T>(folder: string, work: (database: DatabaseSync) => T): T {
  if (!holdsData(folder)) throw new Error(`${folder} holds no data of a stack`);
  const data = openDataFolder(folder);
  try {
    return work(data.database);
  } finally {
    data.close();
  }
}

function tablesOf(database: DatabaseSync): string[] {
  const sql =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name));
}

function kindOf(table: string): string {
  return KINDS.find(([prefix]) => table.startsWith(prefix))?.[1] ?? "the rest";
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));
}

function sizeOf(database: DatabaseSync, table: string): { rows: number; bytes: number } {
  const lengths = columnsOf(database, table).map((name) => `coalesce(length("${name}"), 0)`);
  const sql = `SELECT count(*) AS rows, total(${lengths.join(" + ")}) AS bytes FROM "${table}"`;
  const { rows, bytes } = database.prepare(sql).get() ?? {};
  return { rows: Number(rows), bytes: Number(bytes) };
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function problemsOf(database: DatabaseSync, tables: readonly string[]): string[] {
  const problems: string[] = [];
  for (const { integrity_check: found } of database.prepare("PRAGMA integrity_check").all()) {
    if (found !== "ok") problems.push(`the file: ${found}`);
  }
  const count = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  for (const table of tables) {
    for (const column of columnsOf(database, table)) {
      if (!["value", "item", "record", "events", "lines", "settings"].includes(column)) continue;
      const broken = count(
        `SELECT count(*) FROM "${table}" WHERE typeof("${column}") = 'text' AND NOT json_valid("${column}")`,
      );
      if (broken > 0) problems.push(`${table}: ${broken} rows whose ${column} is not JSON`);
    }
    const [, items] = /^(dynamodb_items_\d+)_/.exec(table) ?? [];
    if (!items) continue;
    const lost = count(
      `SELECT count(*) FROM "${table}" WHERE row NOT IN (SELECT row FROM "${items}")`,
    );
    if (lost > 0) problems.push(`${table}: ${lost} index entries without their item`);
  }
  if (!tables.includes("collection_states_running")) return problems;
  const running = "SELECT key, value ->> 'arn' AS arn, value FROM collection_states_running";
  const unknown = count(
    `SELECT count(*) FROM (${running}) WHERE value ->> 'machine' NOT IN (SELECT key FROM collection_states_machines)`,
  );
  if (unknown > 0)
    problems.push(`${unknown} executions in progress whose state machine is missing`);
  const short = count(
    `SELECT count(*) FROM (${running}) WHERE value -> 'place' ->> 'previous' > (SELECT total(json_array_length(events)) FROM states_events WHERE execution = key)`,
  );
  if (short > 0) problems.push(`${short} executions in progress whose history is cut`);
  return problems;
}

function encoded(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value,
  ]);
  return Object.fromEntries(entries);
}

function decoded(value: unknown): SQLInputValue {
  const { base64 } = (value ?? {}) as { base64?: string };
  return base64 === undefined ? (value as SQLInputValue) : Buffer.from(base64, "base64");
}

function makeTables(database: DatabaseSync, line: string, file: string): void {
  const header = parsed(line) as Partial<ExportHeader> | undefined;
  const format = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (!Array.isArray(header?.schema)) {
    throw new Error(`${file} is no export of a data folder; npm run data -- export writes one`);
  }
  if (header.format !== format) {
    throw new Error(`${file} has format ${header.format} and this runtime reads format ${format}`);
  }
  for (const sql of header.schema) database.exec(sql);
  database.exec("DELETE FROM sqlite_sequence");
}

function insert(database: DatabaseSync, line: string): void {
  const [table, row] = JSON.parse(line) as [string, Record<string, unknown>];
  const names = Object.keys(row);
  const columns = names.map((name) => `"${name}"`).join(", ");
  const places = names.map(() => "?").join(", ");
  // SQLite keeps statements that are alike parsed.
  database
    .prepare(`INSERT INTO "${table}" (${columns}) VALUES (${places})`)
    .run(...Object.values(row).map(decoded));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
