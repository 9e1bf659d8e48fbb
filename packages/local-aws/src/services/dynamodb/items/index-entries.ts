import type { StatementSync } from "node:sqlite";
import type { Store } from "../../../store/store.ts";
import type { TableIndex } from "../tables/table-index.ts";
import { attributeOf, type Item } from "../values/attribute-value.ts";
import { encodeKey } from "../values/key-encoding.ts";
import { type Range, RangeReader } from "./range-reader.ts";
import type { StoredItem } from "./stored-item.ts";

/** The table that an index is of. */
interface Indexed {
  keyOf(item: Item): Buffer;
  all(): Iterable<StoredItem>;
}

/** The entries of one index: for each item that has the index's keys, which item it is. */
export class IndexEntries {
  readonly name: string;
  readonly #store: Store;
  readonly #table: string;
  readonly #index: TableIndex;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #reader: RangeReader;

  /** A new index is filled from the table. */
  constructor(store: Store, items: string, index: TableIndex, indexed: Indexed) {
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
    const select = `SELECT i.row, i.size, i.item FROM ${table} e JOIN ${items} i ON i.row = e.row WHERE e.entry >= ? AND e.entry < ?`;
    this.#reader = new RangeReader(
      {
        forwards: store.prepare(
          `${select} AND (e.entry, e.key) > (?, ?) ORDER BY e.entry, e.key LIMIT ?`,
        ),
        backwards: store.prepare(
          `${select} AND (e.entry, e.key) < (?, ?) ORDER BY e.entry DESC, e.key DESC LIMIT ?`,
        ),
      },
      ({ entry, key }) => [entry, key],
      (item) => ({ key: indexed.keyOf(item), entry: this.entryOf(item) ?? Buffer.alloc(0) }),
    );
    if (exists) return;
    for (const { row, item } of indexed.all()) {
      this.change(indexed.keyOf(item), row, undefined, item);
    }
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

  read(range: Range): Iterable<StoredItem> {
    return this.#reader.read(range);
  }

  count(): number {
    return Number(this.#store.prepare(`SELECT count(*) AS n FROM ${this.#table}`).get()?.["n"]);
  }

  drop(): void {
    this.#store.exec(`DROP TABLE ${this.#table}`);
  }
}
