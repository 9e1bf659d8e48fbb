import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

type Row = Record<string, SQLInputValue>;

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
// What lasts of an order. Messages and letters pass, logs and stream records are dropped after a while.
const TABLES = ["dynamodb_items_", "states_executions", "states_events"];
// Counts of rows; far apart, so that copies do not meet.
const NUMBERS = new Set(["row", "id", "execution"]);
const APART = 10_000;
const BATCH = 20_000;

/**
 * Copies one order that is over in a data folder, with all that lasts of it, as often as is asked for: under other ids,
 * in its tables, indexes and executions.
 */
export function copyOrder(folder: string, copies: number, onCopied: (done: number) => void): void {
  const database = new DatabaseSync(join(folder, "stack.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  const [, orderId = ""] =
    /order-([0-9a-f-]{36})/.exec(
      String(
        database
          .prepare("SELECT arn FROM states_executions WHERE arn LIKE '%:order-%' LIMIT 1")
          .get()?.["arn"],
      ),
    ) ?? [];
  if (!ID.test(orderId)) throw new Error(`${folder} has no order that is over`);
  const parts = templates(database, orderId);
  const bytes = Buffer.from(orderId);
  for (let n = 1; n <= copies; n++) {
    if (n % BATCH === 1) database.exec("BEGIN");
    const id = Buffer.from(`${n.toString(16).padStart(8, "0")}${orderId.slice(8)}`);
    for (const { insert, rows } of parts) {
      for (const row of rows) {
        insert.run(
          ...Object.entries(row).map(([name, value]) => copied(name, value, n, bytes, id)),
        );
      }
    }
    if (n % BATCH === 0 || n === copies) {
      database.exec("COMMIT");
      onCopied(n);
    }
  }
  database.close();
}

function templates(database: DatabaseSync, orderId: string) {
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => TABLES.some((prefix) => name.startsWith(prefix)));
  const numbers = new Set<SQLInputValue>();
  const has = (value: SQLInputValue) =>
    (typeof value === "string" || value instanceof Uint8Array) &&
    Buffer.from(value as string).includes(orderId);
  const rowsOf = (name: string, keep: (row: Row) => boolean) =>
    (database.prepare(`SELECT * FROM "${name}"`).all() as Row[]).filter(keep);
  return names.map((name) => {
    const rows = rowsOf(name, (row) => {
      if (name === "states_events") return numbers.has(row["execution"] ?? null);
      return Object.values(row).some(has);
    });
    if (name === "states_executions") for (const { id } of rows) numbers.add(id ?? null);
    const [first = {}] = rows;
    const places = Object.keys(first).map(() => "?");
    const sql = `INSERT INTO "${name}" VALUES (${places.join(", ")})`;
    return { rows, insert: rows.length > 0 ? database.prepare(sql) : { run: () => {} } };
  });
}

function copied(
  name: string,
  value: SQLInputValue,
  n: number,
  from: Buffer,
  to: Buffer,
): SQLInputValue {
  if (NUMBERS.has(name)) return Number(value) + n * APART;
  if (typeof value === "string") return value.replaceAll(from.toString(), to.toString());
  if (!(value instanceof Uint8Array)) return value;
  const bytes = Buffer.from(value);
  const at = bytes.indexOf(from);
  if (at >= 0) to.copy(bytes, at);
  return bytes;
}
