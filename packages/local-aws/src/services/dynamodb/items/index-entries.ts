import type { StatementSync } from "node:sqlite";
import type { Store } from "../../../store/store.ts";
import type { TableIndex } from "../tables/table-index.ts";
import { attributeOf, type Item } from "../values/attribute-value.ts";
import { encodeKey } from "../values/key-encoding.ts";
import type { Range } from "./range-reader.ts";
import { StoredItem, type StoredRow } from "./stored-item.ts";

const FIRST_PART = 32;
const MAX_PART = 512;
const END = Buffer.alloc(2100, 0xff);
const START = Buffer.alloc(0);

interface EntryRow extends StoredRow {
  entry: Uint8Array;
  key: Uint8Array;
}

/** The entries of one index: for each item that has the index's keys, which item it is. */
export class IndexEntries {
  readonly name: string;
  readonly #store: Store;
  readonly #table: string;
  readonly #index: TableIndex;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;

  /** `all` gives every item with its key; a new index is filled from there. */
  constructor(
    store: Store,
    items: string,
    index: TableIndex,
    all: () => Iterable<[Buffer, StoredItem]>,
  ) {
    this.name = index.name;
    this.#store = store;
    this.#index = index;
    this.#table = `${items}_${Buffer.from(index.name).toString("hex")}`;
    const table = this.#table;
    const exists = store
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")
      .get(table);
    store.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (entry BLOB NOT NULL, key BLOB NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (entry, key)) STRICT, WITHOUT ROWID`,
    );
    this.#insert = store.prepare(`INSERT INTO ${table} (entry, key, row) VALUES (?, ?, ?)`);
    this.#delete = store.prepare(`DELETE FROM ${table} WHERE entry = ? AND key = ?`);
    const select = `SELECT e.entry, e.key, i.row, i.size, i.item FROM ${table} e JOIN ${items} i ON i.row = e.row WHERE e.entry >= ? AND e.entry < ?`;
    this.#forwards = store.prepare(
      `${select} AND (e.entry, e.key) > (?, ?) ORDER BY e.entry, e.key LIMIT ?`,
    );
    this.#backwards = store.prepare(
      `${select} AND (e.entry, e.key) < (?, ?) ORDER BY e.entry DESC, e.key DESC LIMIT ?`,
    );
    if (exists) return;
    for (const [key, { row, item }] of all()) this.change(key, row, undefined, item);
  }

  /** The key of an item's entry; undefined where the item lacks a key of the index. */
  entryOf(item: Item): Buffer | undefined {
    const [partition, sort] = this.#index.keys;
    const first = attributeOf(item, partition?.name ?? "");
    const second = sort && attributeOf(item, sort.name);
    if (!first || (sort && !second)) return undefined;
    return encodeKey(first, second);
  }

  /** Follows a change of an item. */
  change(key: Buffer, row: number, before: Item | undefined, after: Item | undefined): void {
    const had = before && this.entryOf(before);
    const has = after && this.entryOf(after);
    if (had && has?.equals(had)) return;
    if (had) this.#delete.run(had, key);
    if (has) this.#insert.run(has, key, row);
  }

  *read({ from, to = END, backwards, after, limit }: Range): Iterable<StoredItem> {
    const statement = backwards ? this.#backwards : this.#forwards;
    let entry: Uint8Array = after?.entry ?? (backwards ? END : START);
    let key: Uint8Array = after?.key ?? (backwards ? END : START);
    for (let part = FIRST_PART, left = limit; left > 0; part = MAX_PART) {
      const wanted = Math.min(part, left);
      const rows = statement.all(from, to, entry, key, wanted) as unknown as EntryRow[];
      for (const row of rows) {
        entry = row.entry;
        key = row.key;
        yield new StoredItem(row);
      }
      left -= rows.length;
      if (rows.length < wanted) return;
    }
  }

  count(): number {
    return Number(this.#store.prepare(`SELECT count(*) AS n FROM ${this.#table}`).get()?.["n"]);
  }

  drop(): void {
    this.#store.exec(`DROP TABLE ${this.#table}`);
  }
}
