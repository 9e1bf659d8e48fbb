import { validationError } from "../dynamo-error.ts";
import type { Table } from "../tables/table.ts";
import type { KeyAttribute } from "../tables/table-settings.ts";
import { type AttributeValue, attributeOf, type Item, typeOf } from "../values/attribute-value.ts";
import { checkItem, ValueError } from "../values/check-value.ts";
import { binarySize } from "../values/item-size.ts";

const INVALID = "One or more parameter values were invalid: ";
const NOT_VALID = "One or more parameter values are not valid. ";
const MAX_PARTITION_BYTES = 2048;
const MAX_SORT_BYTES = 1024;
const SCHEMA_MISMATCH = "The provided key element does not match the schema";

/** An item or key from a request in its canonical form. @throws ServiceError */
export function checkedItem(item: unknown): Item {
  try {
    return checkItem(item);
  } catch (error) {
    if (error instanceof ValueError) throw validationError(error.message);
    throw error;
  }
}

/** @throws ServiceError where a canonical key is not one of the table's. */
export function checkKey(table: Table, key: Item): void {
  const { keys } = table;
  if (Object.keys(key).length !== keys.length) throw validationError(SCHEMA_MISMATCH);
  for (const [index, attribute] of keys.entries()) {
    const value = attributeOf(key, attribute.name);
    if (!value || typeOf(value) !== attribute.type) throw validationError(SCHEMA_MISMATCH);
    checkKeyValue(attribute.name, value, index);
  }
}

/** @throws ServiceError where an item lacks the table's keys, or has a key of the wrong type or size. */
export function checkItemKeys(table: Table, item: Item): void {
  for (const [index, { name, type }] of table.keys.entries()) {
    const value = attributeOf(item, name);
    if (!value) throw validationError(`${INVALID}Missing the key ${name} in the item`);
    if (typeOf(value) !== type) {
      throw validationError(
        `${INVALID}Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(name, value, index);
  }
  for (const index of table.indexes) {
    for (const key of index.keys) checkIndexKey(index.name, key, attributeOf(item, key.name));
  }
}

/** @throws ServiceError where an update leaves a value that an index cannot have as its key. */
export function checkUpdatedKeys(table: Table, item: Item): void {
  for (const index of table.indexes) {
    for (const { name, type } of index.keys) {
      const value = attributeOf(item, name);
      if (!value) continue;
      if (typeOf(value) !== type) {
        throw validationError(
          "The update expression attempted to update the secondary index key to unsupported type",
        );
      }
      if (isEmpty(value)) {
        throw validationError(
          `${NOT_VALID}The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value.`,
        );
      }
      checkSize(
        value,
        index.keys.findIndex((key) => key.name === name),
      );
    }
  }
}

/** @throws ServiceError where a key's value is empty or too long; `index` is 0 for the partition key. */
export function checkKeyValue(name: string, value: AttributeValue, index: number): void {
  if (isEmpty(value)) {
    throw validationError(
      `${NOT_VALID}The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. Key: ${name}`,
    );
  }
  checkSize(value, index);
}

function checkIndexKey(
  index: string,
  { name, type }: KeyAttribute,
  value: AttributeValue | undefined,
): void {
  if (!value) return;
  if (typeOf(value) !== type) {
    throw validationError(
      `${INVALID}Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index}`,
    );
  }
  if (isEmpty(value)) {
    throw validationError(
      `${NOT_VALID}A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. IndexName: ${index}, IndexKey: ${name}`,
    );
  }
}

function checkSize(value: AttributeValue, index: number): void {
  if (value.N !== undefined) return;
  const size = value.S === undefined ? binarySize(value.B ?? "") : Buffer.byteLength(value.S);
  if (index === 0 && size > MAX_PARTITION_BYTES) {
    throw validationError(
      `${INVALID}Size of hashkey has exceeded the maximum size limit of${MAX_PARTITION_BYTES} bytes`,
    );
  }
  if (index > 0 && size > MAX_SORT_BYTES) {
    throw validationError(
      `${INVALID}Aggregated size of all range keys has exceeded the size limit of ${MAX_SORT_BYTES} bytes`,
    );
  }
}

function isEmpty(value: AttributeValue): boolean {
  return value.S === "" || value.B === "";
}

function kindOf(value: AttributeValue): string {
  return value.S === undefined ? "binary" : "string";
}
