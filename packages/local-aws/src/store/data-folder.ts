import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The layout of what is stored. Count up with every change that an older or a newer runtime cannot read. */
const FORMAT = 1;
const DATABASE = "stack.db";
const PID = "stack.pid";
const OLD_STATE = "state.json";

/** The database of a data folder, which is this process's alone until it is closed. */
export interface DataFolder {
  readonly database: DatabaseSync;
  readonly file: string;
  close(): void;
}

/** Whether a folder has the database of a stack. */
export function holdsData(folder: string): boolean {
  return existsSync(join(folder, DATABASE));
}

/**
 * Opens the database of a folder; makes both where they are missing, readable by their owner alone.
 *
 * @throws Error naming the process that uses the folder, the version that it holds, or what is wrong with the file.
 */
export function openDataFolder(folder: string): DataFolder {
  const isNew = makeFolder(folder);
  const file = join(folder, DATABASE);
  if (existsSync(join(folder, OLD_STATE)) && !existsSync(file)) {
    throw new Error(
      `${join(folder, OLD_STATE)} is of an earlier version, which kept its state as JSON, and cannot be read; move it away to start empty`,
    );
  }
  if (isNew || existsSync(file) || readdirSync(folder).length === 0) chmodSync(folder, 0o700);
  // SQLite gives the files beside it the same mode.
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file);
  try {
    configure(database, folder, file);
  } catch (error) {
    database.close();
    throw error;
  }
  writeFileSync(join(folder, PID), `${process.pid}\n`, { mode: 0o600 });
  return {
    database,
    file,
    close() {
      database.close();
      rmSync(join(folder, PID), { force: true });
    },
  };
}

/** Makes a folder and those above it: Node's recursive `mkdir` never returns below a folder like `/proc`. */
function makeFolder(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return false;
  if (found) throw new Error(`${folder} is a file; name a folder for the data`);
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`the data folder ${folder} cannot be made (${code}); name another one`);
  }
  return true;
}

function configure(database: DatabaseSync, folder: string, file: string): void {
  try {
    // One process has the file: its lock ends with the process, however that ends, and no shared memory is needed.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("BEGIN IMMEDIATE; COMMIT");
  } catch (error) {
    throw explained(error as Error & { errcode?: number }, folder, file);
  }
  // The log is synced beside the commits, see WalSync; with NORMAL, SQLite syncs around checkpoints.
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec("PRAGMA cache_size = -32000");
  // A group must not reach the disk in parts, where there may be no room for the rest.
  database.exec("PRAGMA cache_spill = OFF");
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version === FORMAT) return;
  if (version !== 0) {
    throw new Error(
      `${file} has format ${version} and this runtime reads format ${FORMAT}; use the runtime that wrote it, or another folder`,
    );
  }
  database.exec(`PRAGMA user_version = ${FORMAT}`);
}

const CHECKPOINT_PAGES = 4000;
const BUSY = 5;
const NOT_A_DATABASE = 26;
const CORRUPT = 11;

function explained(error: Error & { errcode?: number }, folder: string, file: string): Error {
  if (error.errcode === BUSY) {
    return new Error(
      `${folder} is in use by ${holder(folder)}; stop it, or choose another folder with --data`,
    );
  }
  return damaged(error, file) ?? error;
}

/** What an error says of a file that is damaged; undefined for other errors. */
export function damaged(error: Error & { errcode?: number }, file: string): Error | undefined {
  if (error.errcode !== NOT_A_DATABASE && error.errcode !== CORRUPT) return undefined;
  return new Error(
    `${file} is damaged: ${error.message}; move it away to start empty, or import an export`,
  );
}

function holder(folder: string): string {
  try {
    return `process ${readFileSync(join(folder, PID), "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
