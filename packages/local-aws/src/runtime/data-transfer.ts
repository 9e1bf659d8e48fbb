import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { createInterface } from "node:readline";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { holdsData, openDataFolder } from "../store/data-folder.ts";
import { formatOf, tablesOf, withData } from "./opened-data.ts";

/** The first line of an export. */
interface ExportHeader {
  format: number;
  /** Statements that make the tables and their indexes. */
  schema: string[];
}

/** The last line, without which the export is cut off. */
interface ExportEnd {
  rows: number;
}

type Row = Record<string, SQLInputValue>;

/**
 * Writes all that is in a data folder to a new file, a line of JSON for each row; returns how many rows.
 *
 * @throws Error naming the process that uses the folder, or why it cannot be read, or the file cannot be written; then
 * there is no file.
 */
export function exportData(folder: string, file: string): number {
  return withData(folder, (database) => {
    const output = opened(file);
    try {
      const rows = writeAll(database, output);
      fsyncSync(output);
      closeSync(output);
      return rows;
    } catch (error) {
      closeSync(output);
      rmSync(file, { force: true });
      throw error;
    }
  });
}

function opened(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new Error(`${file} exists already; name a new file`);
    if (code === "ENOENT") throw new Error(`${file}: its folder does not exist; create it first`);
    throw error;
  }
}

function writeAll(database: DatabaseSync, output: number): number {
  const line = (value: unknown) => writeSync(output, `${JSON.stringify(value)}\n`);
  const schema = database
    .prepare(
      "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
    )
    .all()
    .map(({ sql }) => String(sql));
  line({ format: formatOf(database), schema } satisfies ExportHeader);
  let rows = 0;
  for (const table of [...tablesOf(database), "sqlite_sequence"]) {
    for (const row of database.prepare(`SELECT * FROM "${table}"`).iterate()) {
      line([table, encoded(row as Row)]);
      rows++;
    }
  }
  line({ rows } satisfies ExportEnd);
  return rows;
}

/**
 * Puts what {@link exportData} wrote into a data folder that is new or empty; returns how many rows.
 *
 * @throws Error when the folder is not empty, or the file is cut off, damaged or none of this format; then the folder is
 * as it was.
 */
export async function importData(folder: string, file: string): Promise<number> {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const names = existsSync(folder) ? readdirSync(folder) : undefined;
  if (names && names.length > 0) {
    const what = holdsData(folder) ? "holds data already" : "is not empty";
    throw new Error(`${folder} ${what}; import into a new folder`);
  }
  const data = openDataFolder(folder);
  let isDone = false;
  try {
    const rows = await readAll(data.database, file);
    isDone = true;
    return rows;
  } finally {
    data.close();
    if (!isDone) {
      if (names) for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`);
      else rmSync(folder, { recursive: true });
    }
  }
}

async function readAll(database: DatabaseSync, file: string): Promise<number> {
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  database.exec("BEGIN");
  let number = 0;
  let end: ExportEnd | undefined;
  for await (const line of lines) {
    number++;
    if (number === 1) makeTables(database, line, file);
    else end = readLine(database, line, `${file}, line ${number}`);
  }
  if (number === 0) throw new Error(`${file} is empty; npm run data -- export writes such a file`);
  // Without its first and its last line, each line is a row.
  const rows = number - 2;
  if (end?.rows !== rows) {
    const wanted = end ? `, not the ${end.rows} that its last line names` : "";
    throw new Error(`${file} is cut off: it has ${Math.max(0, rows)} rows${wanted}; export again`);
  }
  database.exec("COMMIT");
  return rows;
}

function makeTables(database: DatabaseSync, line: string, file: string): void {
  const header = parsed(line) as Partial<ExportHeader> | undefined;
  const format = formatOf(database);
  if (!Array.isArray(header?.schema)) {
    throw new Error(`${file} is no export of a data folder; npm run data -- export writes one`);
  }
  if (header.format !== format) {
    throw new Error(
      `${file} has format ${header.format} and this runtime reads format ${format}; use the runtime that wrote it`,
    );
  }
  for (const sql of header.schema) {
    if (!/^CREATE (TABLE|(UNIQUE )?INDEX) /i.test(sql)) {
      throw new Error(`${file}, line 1: an export makes tables and indexes only, not ${sql}`);
    }
    database.exec(sql);
  }
  database.exec("DELETE FROM sqlite_sequence");
}

/** Inserts a row; returns the last line's contents for that. */
function readLine(database: DatabaseSync, line: string, where: string): ExportEnd | undefined {
  const value = parsed(line);
  if (Array.isArray(value)) {
    try {
      insert(database, value as [string, Record<string, unknown>]);
    } catch (error) {
      throw new Error(`${where}: ${(error as Error).message}`);
    }
    return undefined;
  }
  const { rows } = (value ?? {}) as Partial<ExportEnd>;
  if (rows === undefined) throw new Error(`${where}: the line is cut off or damaged; export again`);
  return { rows };
}

function insert(database: DatabaseSync, [table, row]: [string, Record<string, unknown>]): void {
  const names = Object.keys(row);
  const columns = names.map((name) => `"${name}"`).join(", ");
  const places = names.map(() => "?").join(", ");
  // SQLite keeps statements that are alike parsed.
  database
    .prepare(`INSERT INTO "${table}" (${columns}) VALUES (${places})`)
    .run(...Object.values(row).map(decoded));
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

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
