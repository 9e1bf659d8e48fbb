import { existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { damaged, holdsData, openDataFolder } from "../store/data-folder.ts";

/**
 * Works with the database of a folder that holds data, while no stack uses it.
 *
 * @throws Error naming the process that uses the folder, or why it cannot be read.
 */
export function withData<T>(folder: string, work: (database: DatabaseSync) => T): T {
  if (!holdsData(folder)) throw new Error(`${folder} ${whyNoData(folder)}`);
  const data = openDataFolder(folder);
  try {
    return work(data.database);
  } catch (error) {
    throw damaged(error as Error, data.file) ?? error;
  } finally {
    data.close();
  }
}

function whyNoData(folder: string): string {
  if (!existsSync(folder))
    return "does not exist; name the folder that npm start was given with --data";
  if (!statSync(folder).isDirectory()) return "is a file; name the folder that it is in";
  return "holds no data of a stack; name the folder that npm start was given with --data";
}

/** Names of all tables but SQLite's own. */
export function tablesOf(database: DatabaseSync): string[] {
  const sql =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name));
}

/** The version of the layout. */
export function formatOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}
