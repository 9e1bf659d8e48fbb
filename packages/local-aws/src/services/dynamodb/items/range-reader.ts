import type { StatementSync } from "node:sqlite";
import type { Store } from "../../../store/store.ts";
import { StoredItem, type StoredRow } from "./stored-item.ts";

/** Where to read: keys from `from` on, up to but without `to`; in an index, after one entry. */
export interface Range {
  from: Buffer;
  /** The end of all keys where it is missing. */
  to: Buffer | undefined;
  backwards: boolean;
  /** The last item that was read before: its key, and its entry's key where an index is read. */
  after?: { key: Buffer; entry: Buffer };
  /** How many items are wanted; more may be read. */
  limit: number;
}

// Items are fetched in parts, so that a page that ends early has not read everything.
const FIRST_PART = 32;
const MAX_PART = 512;
const END = Buffer.alloc(2100, 0xff);

/** Reads a table's items in the order of their keys. */
export class RangeReader {
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;

  constructor(store: Store, table: string) {
    const select = `SELECT row, size, item, key FROM ${table} WHERE key >= ? AND key < ?`;
    this.#forwards = store.prepare(`${select} AND key > ? ORDER BY key LIMIT ?`);
    this.#backwards = store.prepare(`${select} AND key < ? ORDER BY key DESC LIMIT ?`);
  }

  *read({ from, to = END, backwards, after, limit }: Range): Iterable<StoredItem> {
    const statement = backwards ? this.#backwards : this.#forwards;
    let last: Uint8Array = after?.key ?? (backwards ? END : Buffer.alloc(0));
    for (let part = FIRST_PART, left = limit; left > 0; part = MAX_PART) {
      const wanted = Math.min(part, left);
      const rows = statement.all(from, to, last, wanted) as unknown as (StoredRow & {
        key: Uint8Array;
      })[];
      for (const row of rows) {
        last = row.key;
        yield new StoredItem(row);
      }
      left -= rows.length;
      if (rows.length < wanted) return;
    }
  }
}
