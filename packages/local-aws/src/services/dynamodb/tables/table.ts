import type { Store } from "../../../store/store.ts";
import { TableItems } from "../items/table-items.ts";
import { StreamLog, type StreamSource } from "../streams/stream-log.ts";
import { type Item, pick } from "../values/attribute-value.ts";
import { indexesOf, type TableIndex } from "./table-index.ts";
import { type KeyAttribute, keyAttributes, type TableSettings } from "./table-settings.ts";

/** A table with its items, its indexes and its stream. */
export class Table {
  readonly id: number;
  readonly arn: string;
  readonly items: TableItems;
  readonly #store: Store;
  readonly #source: StreamSource;
  #settings: TableSettings;
  #keys: KeyAttribute[];
  #indexes: Map<string, TableIndex>;
  #stream: StreamLog | undefined;

  constructor(
    store: Store,
    id: number,
    settings: TableSettings,
    arn: string,
    source: StreamSource,
  ) {
    this.id = id;
    this.arn = arn;
    this.#store = store;
    this.#source = source;
    this.#settings = settings;
    this.#keys = keyAttributes(settings.keySchema, settings.attributeDefinitions);
    this.#indexes = indexesOf(settings);
    this.items = new TableItems(store, id, this.#keys);
    this.#follow();
  }

  get name(): string {
    return this.#settings.name;
  }

  get settings(): TableSettings {
    return this.#settings;
  }

  get keys(): readonly KeyAttribute[] {
    return this.#keys;
  }

  get indexes(): Iterable<TableIndex> {
    return this.#indexes.values();
  }

  /** The table's newest stream, also when it is switched off; undefined where it never had one. */
  get stream(): StreamLog | undefined {
    return this.#stream;
  }

  index(name: string): TableIndex | undefined {
    return this.#indexes.get(name);
  }

  /** The key of an item. */
  keyOf(item: Item): Item {
    return pick(
      item,
      this.#keys.map(({ name }) => name),
    );
  }

  /** Applies changed settings: builds new indexes from the items, drops removed ones. */
  change(settings: TableSettings): void {
    this.#settings = settings;
    this.#keys = keyAttributes(settings.keySchema, settings.attributeDefinitions);
    this.#indexes = indexesOf(settings);
    this.#follow();
  }

  /** Deletes everything that it has in the store. */
  drop(): void {
    this.items.drop();
    this.#stream?.drop();
  }

  #follow(): void {
    this.items.useIndexes([...this.#indexes.values()]);
    const { stream } = this.#settings;
    if (stream && stream.arn !== this.#stream?.arn) {
      this.#stream?.drop();
      const names = this.#keys.map(({ name }) => name);
      this.#stream = new StreamLog(this.#store, this.#source, this.name, this.id, stream, names);
    }
    if (stream && this.#stream) this.#stream.enabled = stream.enabled;
    this.items.useStream(this.#stream);
  }
}
