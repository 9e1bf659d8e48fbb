import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const LOG = "stack.db-wal";
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * Does to a folder what a loss of power may have done at that moment: it tears what was not synced yet. That is the log
 * behind the last commit, and the last commit itself where nobody outside heard of it.
 *
 * @param heard Ids that somebody outside was told; the orders must be found.
 * @param chance A number in [0, 1) for each call.
 * @returns what was cut, for people.
 */
export function cutTail(folder: string, heard: readonly string[], chance: () => number): string {
  const log = join(folder, LOG);
  if (!existsSync(log)) return "no log";
  const bytes = readFileSync(log);
  const commits = commitsIn(bytes);
  const end = commits.at(-1) ?? HEADER_BYTES;
  const before = commits.at(-2) ?? HEADER_BYTES;
  const cut = before + Math.floor(chance() * (end - before));
  if (chance() < 0.5 && cut > HEADER_BYTES && holds(folder, bytes.subarray(0, cut), heard)) {
    truncateSync(log, cut);
    return `${end - cut} bytes of the last commit, which nobody had heard of`;
  }
  // A frame that was being written: half of it, or the whole with a torn page.
  const torn = Buffer.from(bytes.subarray(Math.max(HEADER_BYTES, before), end));
  for (let at = Math.floor(torn.length / 2); at < torn.length; at++) torn[at] = chance() * 256;
  const length = Math.floor(chance() * torn.length);
  writeFileSync(log, Buffer.concat([bytes.subarray(0, end), torn.subarray(0, length)]));
  return `a torn write of ${length} bytes behind the last commit`;
}

/** Where commits end in a write-ahead log, in bytes, as its format says: frames of the log's salt, whose mark is set. */
function commitsIn(log: Buffer): number[] {
  if (log.length < HEADER_BYTES) return [];
  const pageBytes = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  const commits: number[] = [];
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) !== 0) commits.push(at + frameBytes);
  }
  return commits;
}

/** Whether everything that was heard of is there with this log. */
function holds(folder: string, log: Buffer, heard: readonly string[]): boolean {
  const copy = `${folder}-probe`;
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, LOG), log);
  const database = new DatabaseSync(join(copy, "stack.db"));
  try {
    const tables = database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND (name GLOB 'dynamodb_items_[0-9]*' OR name = 'collection_sqs_messages')",
      )
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !/^dynamodb_items_\d+_/.test(name));
    const found = new Set<string>();
    for (const table of tables) {
      const column = table.startsWith("dynamodb") ? "item" : "value";
      for (const row of database.prepare(`SELECT ${column} AS text FROM ${table}`).iterate()) {
        for (const [id] of String(row["text"]).matchAll(
          /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
        )) {
          found.add(id);
        }
      }
    }
    return heard.every((id) => found.has(id));
  } finally {
    database.close();
    rmSync(copy, { recursive: true });
  }
}
