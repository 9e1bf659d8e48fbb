import type { StatementSync } from "node:sqlite";
import type { Item } from "../values/attribute-value.ts";
import { StoredItem, type StoredRow } from "./stored-item.ts";

/** Where to read: keys from `from` on, up to but without `to`; in an index, after one entry. */
export interface Range {
  from: Buffer;
  /** The end of all keys where it is missing. */
  to: Buffer | undefined;
  backwards: boolean;
  /** The place of the item that was read before. */
  after?: Place;
  /** How many items are wanted; more may be read. */
  limit: number;
}

/** An item's position: its key in the table; in an index, its entry first. */
export interface Place {
  key: Buffer;
  entry: Buffer;
}

// Items are fetched in parts, so that a page that ends early has not read everything.
const FIRST_PART = 32;
const MAX_PART = 512;
// Before and after all keys.
const START: Place = { key: Buffer.alloc(0), entry: Buffer.alloc(0) };
const END: Place = { key: Buffer.alloc(2100, 0xff), entry: Buffer.alloc(2100, 0xff) };

/**
 * Reads items in the order of their keys. The statements take the bounds, then what `placed` makes of the place
 * before, then how many items.
 */
export class RangeReader {
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;
  readonly #placed: (place: Place) => Buffer[];
  readonly #placeOf: (item: Item) => Place;

  constructor(
    statements: { forwards: StatementSync; backwards: StatementSync },
    placed: (place: Place) => Buffer[],
    placeOf: (item: Item) => Place,
  ) {
    this.#forwards = statements.forwards;
    this.#backwards = statements.backwards;
    this.#placed = placed;
    this.#placeOf = placeOf;
  }

  *read({ from, to = END.key, backwards, after, limit }: Range): Iterable<StoredItem> {
    const statement = backwards ? this.#backwards : this.#forwards;
    let place = after ?? (backwards ? END : START);
    let left = limit;
    for (let part = Math.min(FIRST_PART, left); left > 0; part = Math.min(MAX_PART, left)) {
      const rows = statement.all(from, to, ...this.#placed(place), part);
      let last: StoredItem | undefined;
      for (const row of rows) {
        last = new StoredItem(row as unknown as StoredRow);
        yield last;
      }
      left -= rows.length;
      if (!last || rows.length < part) return;
      place = this.#placeOf(last.item);
    }
  }
}
