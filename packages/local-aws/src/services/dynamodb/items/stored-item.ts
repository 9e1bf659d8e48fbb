import type { Item } from "../values/attribute-value.ts";
import { itemSize } from "../values/item-size.ts";

/** A row of a table's items. */
export interface StoredRow {
  row: number;
  /** In bytes, as DynamoDB counts it. */
  size: number;
  /** JSON. */
  item: string;
}

/** An item as the store has it; its JSON is parsed on first access. */
export class StoredItem {
  readonly row: number;
  readonly size: number;
  readonly text: string;
  #item: Item | undefined;

  constructor({ row, size, item: text }: StoredRow, item?: Item) {
    this.row = row;
    this.size = size;
    this.text = text;
    this.#item = item;
  }

  /** Not to be changed. */
  get item(): Item {
    this.#item ??= JSON.parse(this.text) as Item;
    return this.#item;
  }
}

/** A new item, ready to be written. */
export function newItem(item: Item): StoredItem {
  return new StoredItem({ row: 0, size: itemSize(item), item: JSON.stringify(item) }, item);
}

/** One change of an item. */
export interface ItemChange {
  before: StoredItem | undefined;
  after: StoredItem | undefined;
  /** Set when the service itself deletes the item because its time is up. */
  byService?: boolean;
}
