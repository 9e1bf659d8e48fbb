import type { StatementSync } from "node:sqlite";
import type { Store } from "../../../store/store.ts";
import type { StreamLog } from "../streams/stream-log.ts";
import type { TableIndex } from "../tables/table-index.ts";
import type { KeyAttribute } from "../tables/table-settings.ts";
import type { Item } from "../values/attribute-value.ts";
import { equalItems } from "../values/compare.ts";
import { encodeKey } from "../values/key-encoding.ts";
import { ExpiringItems } from "./expiring-items.ts";
import { IndexEntries } from "./index-entries.ts";
import { type Range, RangeReader } from "./range-reader.ts";
import { type ItemChange, StoredItem, type StoredRow } from "./stored-item.ts";

/** The items of one table in the store, with the entries of its indexes and the records of its stream. */
export class TableItems {
  readonly #store: Store;
  readonly #name: string;
  readonly #keys: readonly KeyAttribute[];
  readonly #get: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #reader: RangeReader;
  #indexes: IndexEntries[] = [];
  #stream: StreamLog | undefined;
  #expiring: { attribute: string; items: ExpiringItems } | undefined;

  constructor(store: Store, id: number, keys: readonly KeyAttribute[]) {
    this.#store = store;
    this.#name = `dynamodb_items_${id}`;
    this.#keys = keys;
    const name = this.#name;
    store.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (row INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, item TEXT NOT NULL) STRICT`,
    );
    this.#get = store.prepare(`SELECT row, size, item FROM ${name} WHERE key = ?`);
    this.#insert = store.prepare(`INSERT INTO ${name} (key, size, item) VALUES (?, ?, ?)`);
    this.#update = store.prepare(`UPDATE ${name} SET size = ?, item = ? WHERE row = ?`);
    this.#upsert = store.prepare(
      `INSERT INTO ${name} (key, size, item) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET size = excluded.size, item = excluded.item`,
    );
    this.#delete = store.prepare(`DELETE FROM ${name} WHERE row = ?`);
    const select = `SELECT row, size, item FROM ${name} WHERE key >= ? AND key < ?`;
    this.#reader = new RangeReader(
      {
        forwards: store.prepare(`${select} AND key > ? ORDER BY key LIMIT ?`),
        backwards: store.prepare(`${select} AND key < ? ORDER BY key DESC LIMIT ?`),
      },
      ({ key }) => [key],
      (item) => {
        const key = this.keyOf(item);
        return { key, entry: key };
      },
    );
  }

  /** Whether a write must know what was there before. */
  get needsBefore(): boolean {
    return this.#indexes.length > 0 || this.#stream?.enabled === true;
  }

  /** The key that an item, or an item's key, has in the store. */
  keyOf(item: Item): Buffer {
    const [partition, sort] = this.#keys;
    return encodeKey(item[partition?.name ?? ""] ?? {}, sort && item[sort.name]);
  }

  get(key: Buffer): StoredItem | undefined {
    const row = this.#get.get(key);
    return row && new StoredItem(row as unknown as StoredRow);
  }

  /** Writes an item without a look at what was there; only where nothing follows from a change. */
  overwrite(key: Buffer, after: StoredItem): void {
    this.#upsert.run(key, after.size, after.text);
  }

  /** Makes a change, with all that follows from it, in one transaction. */
  write(key: Buffer, change: ItemChange): void {
    const { before, after } = change;
    if (!before && !after) return;
    if (before && after && isSame(before, after)) return;
    if (!this.needsBefore) this.#writeItem(key, before, after);
    else this.#store.transaction(() => this.#writeAll(key, change));
  }

  /** Items in a range of keys of the table or of an index. */
  read(index: string | undefined, range: Range): Iterable<StoredItem> {
    if (index === undefined) return this.#reader.read(range);
    const entries = this.#indexes.find(({ name }) => name === index);
    if (!entries) throw new Error(`no index ${index}`);
    return entries.read(range);
  }

  /** Every item. */
  all(): Iterable<StoredItem> {
    const from = Buffer.alloc(0);
    return this.read(undefined, {
      from,
      to: undefined,
      backwards: false,
      limit: Number.MAX_SAFE_INTEGER,
    });
  }

  /** How many items there are, and their size in bytes. */
  count(): { count: number; bytes: number } {
    const sql = `SELECT count(*) AS count, total(size) AS bytes FROM ${this.#name}`;
    const { count, bytes } = this.#store.prepare(sql).get() ?? {};
    return { count: Number(count), bytes: Number(bytes) };
  }

  /** How many entries an index has. */
  countEntries(index: string): number {
    return this.#indexes.find(({ name }) => name === index)?.count() ?? 0;
  }

  /** Keeps entries for these indexes, and for no others. A new one is filled from the items. */
  useIndexes(indexes: readonly TableIndex[]): void {
    const kept = this.#indexes.filter(({ name }) => indexes.some((index) => index.name === name));
    for (const entries of this.#indexes) if (!kept.includes(entries)) entries.drop();
    this.#indexes = indexes.map(
      (index) =>
        kept.find(({ name }) => name === index.name) ??
        new IndexEntries(this.#store, this.#name, index, this),
    );
  }

  /** Leaves records of changes in this stream. */
  useStream(stream: StreamLog | undefined): void {
    this.#stream = stream;
  }

  /** The items by when the time is over that an attribute gives them. */
  expiringBy(attribute: string): ExpiringItems {
    if (this.#expiring?.attribute !== attribute) {
      const items = new ExpiringItems(this.#store, this.#name, attribute);
      this.#expiring = { attribute, items };
    }
    return this.#expiring.items;
  }

  /** Items do not expire any more. */
  neverExpire(): void {
    this.#expiring?.items.drop();
    this.#expiring = undefined;
  }

  drop(): void {
    for (const entries of this.#indexes) entries.drop();
    this.#store.exec(`DROP TABLE ${this.#name}`);
  }

  #writeAll(key: Buffer, change: ItemChange): void {
    const { before, after } = change;
    const row = this.#writeItem(key, before, after);
    for (const index of this.#indexes) index.change(key, row, before?.item, after?.item);
    if (this.#stream?.enabled) this.#stream.append(change);
  }

  #writeItem(key: Buffer, before: StoredItem | undefined, after: StoredItem | undefined): number {
    if (!after) {
      if (before) this.#delete.run(before.row);
      return before?.row ?? 0;
    }
    if (!before) return Number(this.#insert.run(key, after.size, after.text).lastInsertRowid);
    this.#update.run(after.size, after.text, before.row);
    return before.row;
  }
}

// Equal items have the same size, so most changes are found without comparing the items.
function isSame(before: StoredItem, after: StoredItem): boolean {
  if (before.size !== after.size) return false;
  return before.text === after.text || equalItems(before.item, after.item);
}
