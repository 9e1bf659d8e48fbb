import type { StatementSync } from "node:sqlite";

export type CollectionKey = string | number;
export type KeyType = "text" | "number";

/** Where a collection is written. */
export interface CollectionTable {
  /** The entries, in the order of the keys. */
  rows: Iterable<Record<string, unknown>>;
  put: Pick<StatementSync, "run">;
  delete: Pick<StatementSync, "run">;
  /** Called when there is something to {@link Collection.flush}. */
  changed(): void;
}

/**
 * Values by key, all of them in memory. A value is written as JSON, as it is when its group is committed: what is put
 * and deleted in between is never written, and what is put ten times is written once.
 */
export class Collection<Key extends CollectionKey, Value> {
  readonly #values = new Map<Key, Value>();
  readonly #table: CollectionTable | undefined;
  readonly #stored = new Set<Key>();
  readonly #dirty = new Set<Key>();
  #lastNumber = 0;

  /** Without a table, nothing is written. */
  constructor(table?: CollectionTable) {
    this.#table = table;
    for (const { key, value } of table?.rows ?? []) {
      this.#values.set(key as Key, JSON.parse(String(value)) as Value);
      this.#stored.add(key as Key);
      if (typeof key === "number") this.#lastNumber = key;
    }
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  /** Everything, what was stored first by its key, then what came since, in the order in which it came. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#values.entries();
  }

  values(): IterableIterator<Value> {
    return this.#values.values();
  }

  /** A number above every key so far. */
  nextNumber(): number {
    return ++this.#lastNumber;
  }

  /** Keeps a value, or notes that it has changed. */
  put(key: Key, value: Value): void {
    this.#values.set(key, value);
    if (this.#table) this.#mark(key, this.#table);
  }

  delete(key: Key): void {
    if (this.#values.delete(key) && this.#table) this.#mark(key, this.#table);
  }

  /** Writes what has changed. */
  flush(): void {
    const table = this.#table;
    if (!table) return;
    for (const key of this.#dirty) {
      const value = this.#values.get(key);
      if (value !== undefined) {
        table.put.run(key, JSON.stringify(value));
        this.#stored.add(key);
      } else if (this.#stored.delete(key)) table.delete.run(key);
    }
    this.#dirty.clear();
  }

  #mark(key: Key, table: CollectionTable): void {
    if (this.#dirty.size === 0) table.changed();
    this.#dirty.add(key);
  }
}
