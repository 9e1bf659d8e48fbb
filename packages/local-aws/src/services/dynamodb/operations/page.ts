import type { JsonText } from "../../../kernel/json-text.ts";
import { type Condition, holds } from "../expressions/condition.ts";
import { project } from "../expressions/projection.ts";
import type { Range } from "../items/range-reader.ts";
import type { StoredItem } from "../items/stored-item.ts";
import type { Table } from "../tables/table.ts";
import type { TableIndex } from "../tables/table-index.ts";
import { type Item, pick } from "../values/attribute-value.ts";
import { itemSize } from "../values/item-size.ts";
import { type Answered, withItems } from "./answer.ts";
import { Capacity, projected } from "./capacity.ts";
import type { Selection } from "./selection.ts";

type Input = Record<string, unknown>;

const MAX_PAGE_BYTES = 1024 * 1024;

/** What to read for one page, and what to return of it. */
export interface PageRequest {
  table: Table;
  index: TableIndex | undefined;
  range: Omit<Range, "limit">;
  filter: Condition | undefined;
  selection: Selection;
}

/** One page of a query or scan: it ends after `Limit` items or at one megabyte, filtered or not. */
export function readPage(input: Input, request: PageRequest, asText: boolean): Input | JsonText {
  const { table, index, range, filter, selection } = request;
  const limit = input["Limit"] == null ? Number.MAX_SAFE_INTEGER : Number(input["Limit"]);
  const items: Answered[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let last: StoredItem | undefined;
  for (const stored of table.items.read(index?.name, { ...range, limit })) {
    scanned += 1;
    last = stored;
    bytes += index?.projected ? itemSize(projected(stored.item, index)) : stored.size;
    const isPartial = index && !selection.wholeItems;
    if (!filter || holds(filter, isPartial ? projected(stored.item, index) : stored.item)) {
      count += 1;
      if (!selection.countOnly) {
        items.push(selection.projection ? project(stored.item, selection.projection) : stored);
      }
    }
    if (scanned >= limit || bytes >= MAX_PAGE_BYTES) break;
  }
  const isFull = last !== undefined && (scanned >= limit || bytes >= MAX_PAGE_BYTES);
  const capacity = new Capacity(input["ReturnConsumedCapacity"]);
  capacity.read(table, bytes, input["ConsistentRead"] === true, index);
  const rest = {
    Count: count,
    ScannedCount: scanned,
    ...(isFull && last && { LastEvaluatedKey: startKey(table, index, last.item) }),
    ...capacity.one,
  };
  return selection.countOnly ? rest : withItems(items, rest, asText);
}

/** The key that a page is continued from: the table's, and the index's. */
function startKey(table: Table, index: TableIndex | undefined, item: Item): Item {
  const keys = [...(index?.keys ?? []), ...table.keys];
  return pick(item, [...new Set(keys.map(({ name }) => name))]);
}
