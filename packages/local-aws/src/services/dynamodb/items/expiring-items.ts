import type { StatementSync } from "node:sqlite";
import type { Store } from "../../../store/store.ts";
import type { Item } from "../values/attribute-value.ts";

/** The items of a table by when their time to live is over, so that a sweep reads no others. */
export class ExpiringItems {
  readonly #store: Store;
  readonly #index: string;
  readonly #due: StatementSync;

  /**
   * Makes the index where it is missing, which takes seconds for millions of items.
   *
   * @param items Name of the table in the store.
   */
  constructor(store: Store, items: string, attribute: string) {
    this.#store = store;
    this.#index = `${items}_until`;
    const name = attribute.replaceAll("'", "''");
    // A path cannot have every name, and an index has no subqueries: such an attribute is looked for in all items.
    const hasPath = !/["\\]/.test(attribute);
    const until = hasPath
      ? `CAST(item ->> '$."${name}".N' AS REAL)`
      : `(SELECT CAST(value ->> '$.N' AS REAL) FROM json_each(item) WHERE key = '${name}')`;
    if (hasPath) {
      const sql = `CREATE INDEX ${this.#index} ON ${items} (${until}) WHERE ${until} IS NOT NULL`;
      const found = store
        .prepare("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?")
        .get(this.#index);
      if (found && found["sql"] !== sql) this.drop();
      if (found?.["sql"] !== sql) store.exec(sql);
    }
    this.#due = store.prepare(
      `SELECT item FROM ${items} WHERE ${until} IS NOT NULL AND ${until} > ? AND ${until} <= ? ORDER BY ${until} LIMIT ?`,
    );
  }

  /** Items whose time was over after one moment and by another, in epoch seconds; the oldest first. */
  due(after: number, by: number, limit: number): Item[] {
    return this.#due.all(after, by, limit).map(({ item }) => JSON.parse(String(item)) as Item);
  }

  /** Removes the index. */
  drop(): void {
    this.#store.exec(`DROP INDEX IF EXISTS ${this.#index}`);
  }
}
