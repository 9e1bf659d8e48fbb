import type { StoredItem } from "../items/stored-item.ts";
import type { Table } from "../tables/table.ts";
import type { TableIndex } from "../tables/table-index.ts";
import { type Item, pick } from "../values/attribute-value.ts";
import { equalItems } from "../values/compare.ts";
import { itemSize } from "../values/item-size.ts";

type Mode = "INDEXES" | "TOTAL" | "NONE";
type Direction = "ReadCapacityUnits" | "WriteCapacityUnits";

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;

/** Read units of so many bytes; half as much where the read need not be consistent. */
function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES)) * (consistent ? 1 : 0.5);
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES));
}

/** The attributes of an item that an index holds. */
export function projected(item: Item, { projected: names }: TableIndex): Item {
  return names ? pick(item, [...names]) : item;
}

interface TableUnits {
  table: Table;
  own: number;
  indexes: Map<TableIndex, number>;
}

/** The capacity that a request consumed, for its response; counts nothing unless it was requested. */
export class Capacity {
  readonly #mode: Mode;
  readonly #direction: Direction | undefined;
  readonly #tables = new Map<string, TableUnits>();

  /** A transaction uses twice as many units, and reports read and write units separately. */
  constructor(mode: unknown, transaction?: Direction) {
    this.#mode = mode === "INDEXES" || mode === "TOTAL" ? mode : "NONE";
    this.#direction = transaction;
  }

  get counts(): boolean {
    return this.#mode !== "NONE";
  }

  read(table: Table, bytes: number, consistent: boolean, index?: TableIndex): void {
    if (this.counts) this.#add(table, readUnits(bytes, consistent), index);
  }

  write(table: Table, before: StoredItem | undefined, after: StoredItem | undefined): void {
    if (!this.counts) return;
    this.#add(table, writeUnits(Math.max(before?.size ?? 0, after?.size ?? 0)));
    for (const index of table.indexes) {
      const units = indexUnits(index, before?.item, after?.item);
      if (units > 0) this.#add(table, units, index);
    }
  }

  /** Counts a transaction's repetition, which reads what the first one wrote. */
  repeat(table: Table, bytes: number): void {
    if (this.counts) this.#add(table, readUnits(bytes, true));
  }

  /** For the response to a request about one table. */
  get one(): { ConsumedCapacity?: object } {
    const [first] = this.#answers();
    return first ? { ConsumedCapacity: first } : {};
  }

  /** For the response to a request about several tables. */
  get all(): { ConsumedCapacity?: object[] } {
    return this.counts ? { ConsumedCapacity: this.#answers() } : {};
  }

  #add(table: Table, units: number, index?: TableIndex): void {
    const known = this.#tables.get(table.name);
    const entry = known ?? { table, own: 0, indexes: new Map() };
    if (!known) this.#tables.set(table.name, entry);
    const all = this.#direction ? units * 2 : units;
    if (index) entry.indexes.set(index, (entry.indexes.get(index) ?? 0) + all);
    else entry.own += all;
  }

  #answers(): object[] {
    return [...this.#tables.values()].map(({ table, own, indexes }) => {
      const total = [...indexes.values()].reduce((sum, units) => sum + units, own);
      const answer = { TableName: table.name, ...this.#units(total) };
      if (this.#mode === "TOTAL") return answer;
      const local = this.#byIndex(indexes, false);
      const global = this.#byIndex(indexes, true);
      return {
        ...answer,
        Table: this.#units(own),
        ...(local && { LocalSecondaryIndexes: local }),
        ...(global && { GlobalSecondaryIndexes: global }),
      };
    });
  }

  #byIndex(indexes: Map<TableIndex, number>, isGlobal: boolean): object | undefined {
    const entries = [...indexes].filter(([index]) => index.isGlobal === isGlobal);
    if (entries.length === 0) return undefined;
    return Object.fromEntries(entries.map(([{ name }, units]) => [name, this.#units(units)]));
  }

  #units(units: number): object {
    return { CapacityUnits: units, ...(this.#direction && { [this.#direction]: units }) };
  }
}

/** What a change costs in an index: nothing where its entry stays, two writes where its key changes. */
function indexUnits(index: TableIndex, before: Item | undefined, after: Item | undefined): number {
  const had = before && entryOf(index, before);
  const has = after && entryOf(index, after);
  if (had && has) {
    if (equalItems(had, has)) return 0;
    const names = index.keys.map(({ name }) => name);
    if (equalItems(pick(had, names), pick(has, names))) {
      return writeUnits(Math.max(itemSize(had), itemSize(has)));
    }
  }
  return (had ? writeUnits(itemSize(had)) : 0) + (has ? writeUnits(itemSize(has)) : 0);
}

function entryOf(index: TableIndex, item: Item): Item | undefined {
  const complete = index.keys.every(({ name }) => Object.hasOwn(item, name));
  return complete ? projected(item, index) : undefined;
}
