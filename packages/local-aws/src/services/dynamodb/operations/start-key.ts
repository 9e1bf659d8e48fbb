import { validationError } from "../dynamo-error.ts";
import type { Place } from "../items/range-reader.ts";
import type { Table } from "../tables/table.ts";
import type { TableIndex } from "../tables/table-index.ts";
import { type AttributeValue, attributeOf, type Item, typeOf } from "../values/attribute-value.ts";
import { checkItem, ValueError } from "../values/check-value.ts";
import { encodeKey } from "../values/key-encoding.ts";
import { checkKeyValue } from "./keys.ts";

const INVALID = "The provided starting key is invalid";
// DynamoDB reports these without naming the starting key first.
const BARE = /contains duplicates|numeric value|significant digits|magnitude/;

/** An ExclusiveStartKey in its canonical form; undefined where a request has none. @throws ServiceError */
export function readStartKey(key: unknown): Item | undefined {
  if (key == null) return undefined;
  try {
    return checkItem(key);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const { message } = error;
    throw validationError(BARE.test(message) ? message : `${INVALID}: ${message}`);
  }
}

/** @throws ServiceError where a start key has not exactly the keys of the table and the index. */
export function checkStartKey(table: Table, index: TableIndex | undefined, key: Item): void {
  const keys = new Map(
    [...table.keys, ...(index?.keys ?? [])].map(({ name, type }) => [name, type]),
  );
  if (Object.keys(key).length !== keys.size) throw validationError(INVALID);
  for (const [name, type] of keys) {
    const value = attributeOf(key, name);
    if (!value || typeOf(value) !== type) throw validationError(INVALID);
  }
  for (const [position, { name }] of table.keys.entries()) {
    checkKeyValue(name, key[name] as AttributeValue, position);
  }
}

/** The position of a checked start key. */
export function placeOf(table: Table, index: TableIndex | undefined, key: Item): Place {
  const own = table.items.keyOf(key);
  if (!index) return { key: own, entry: own };
  const [partition, sort] = index.keys;
  const entry = encodeKey(
    key[partition?.name ?? ""] as AttributeValue,
    sort && (key[sort.name] as AttributeValue),
  );
  return { key: own, entry };
}
