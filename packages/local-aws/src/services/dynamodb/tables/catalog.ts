import type { Store } from "../../../store/store.ts";
import { notFound, resourceInUse, validationError } from "../dynamo-error.ts";
import type { StreamSource } from "../streams/stream-log.ts";
import { Table } from "./table.ts";
import type { TableSettings } from "./table-settings.ts";

/** The tables of one account and region. */
export class TableCatalog {
  readonly #store: Store;
  readonly #source: StreamSource;
  readonly #prefix: string;
  readonly #tables = new Map<string, Table>();

  constructor(store: Store, source: StreamSource, account: string) {
    this.#store = store;
    this.#source = source;
    this.#prefix = `arn:aws:dynamodb:${source.region}:${account}:table/`;
    store.exec(
      "CREATE TABLE IF NOT EXISTS dynamodb_tables (id INTEGER PRIMARY KEY AUTOINCREMENT, settings TEXT NOT NULL) STRICT",
    );
    const rows = store.prepare("SELECT id, settings FROM dynamodb_tables ORDER BY id").all();
    for (const { id, settings } of rows) this.#open(Number(id), JSON.parse(String(settings)));
  }

  /** Every table, by name. */
  get all(): Table[] {
    return [...this.#tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  arnOf(name: string): string {
    return `${this.#prefix}${name}`;
  }

  find(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /** A table by its name or ARN. @throws ServiceError where it does not exist. */
  get(nameOrArn: unknown): Table {
    const table = this.#tables.get(this.nameIn(nameOrArn));
    if (!table) throw notFound("Requested resource not found");
    return table;
  }

  /** A table that a control-plane call is about. @throws ServiceError that names it, where it does not exist. */
  describe(nameOrArn: unknown): Table {
    const name = this.nameIn(nameOrArn);
    const table = this.#tables.get(name);
    if (!table) throw notFound(`Requested resource not found: Table: ${name} not found`);
    return table;
  }

  /** The name in a table's name or ARN. @throws ServiceError for an ARN of something else. */
  nameIn(nameOrArn: unknown): string {
    const text = String(nameOrArn ?? "");
    if (!text.startsWith("arn:")) return text;
    if (text.startsWith(this.#prefix) && !text.slice(this.#prefix.length).includes("/")) {
      return text.slice(this.#prefix.length);
    }
    throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${text}`);
  }

  /** @throws ServiceError where a table of that name exists. */
  create(settings: TableSettings): Table {
    const { name } = settings;
    if (this.#tables.has(name)) throw resourceInUse(`Table already exists: ${name}`);
    return this.#store.transaction(() => {
      const { lastInsertRowid } = this.#store
        .prepare("INSERT INTO dynamodb_tables (settings) VALUES (?)")
        .run(JSON.stringify(settings));
      return this.#open(Number(lastInsertRowid), settings);
    });
  }

  change(table: Table, settings: TableSettings): void {
    this.#store.transaction(() => {
      this.#store
        .prepare("UPDATE dynamodb_tables SET settings = ? WHERE id = ?")
        .run(JSON.stringify(settings), table.id);
      table.change(settings);
    });
  }

  drop(table: Table): void {
    this.#store.transaction(() => {
      this.#store.prepare("DELETE FROM dynamodb_tables WHERE id = ?").run(table.id);
      table.drop();
    });
    this.#tables.delete(table.name);
  }

  #open(id: number, settings: TableSettings): Table {
    const table = new Table(this.#store, id, settings, this.arnOf(settings.name), this.#source);
    this.#tables.set(settings.name, table);
    return table;
  }
}
