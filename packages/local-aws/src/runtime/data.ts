import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { tablesOf, withData } from "./opened-data.ts";

/** What lies in a data folder, and what is wrong with it. */
export interface DataReport {
  /** All files together. */
  bytes: number;
  /** Rows and bytes of each kind of state, the largest first. */
  kinds: { kind: string; rows: number; bytes: number }[];
  /** What does not hold together, a sentence each. */
  problems: string[];
}

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
  return withData(folder, (database) => {
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
  const before = withData(folder, (database) => {
    const bytes = bytesOf(folder);
    database.exec("VACUUM");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return bytes;
  });
  return { before, after: bytesOf(folder) };
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
