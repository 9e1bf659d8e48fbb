import type { JsonText } from "../../../kernel/json-text.ts";
import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import type { KeyCondition } from "../expressions/key-condition.ts";
import { filterCondition, legacyKeyConditions } from "../legacy/conditions.ts";
import type { Table } from "../tables/table.ts";
import type { TableIndex } from "../tables/table-index.ts";
import type { KeyAttribute } from "../tables/table-settings.ts";
import { type AttributeValue, type Item, typeOf } from "../values/attribute-value.ts";
import { compareValues, equalValues } from "../values/compare.ts";
import {
  afterPrefix,
  encodePartition,
  encodeScalar,
  join,
  successor,
} from "../values/key-encoding.ts";
import { checkKeyValue } from "./keys.ts";
import { readPage } from "./page.ts";
import { RequestExpressions } from "./request-expressions.ts";
import { checkKeyPaths, checkSelect, pathsOf, selectionOf } from "./selection.ts";
import { checkStartKey, placeOf, readStartKey } from "./start-key.ts";

type Input = Record<string, unknown>;

/** What a query requires of the keys. */
interface QueryKey {
  partition: AttributeValue;
  sort: KeyCondition | undefined;
}

const INVALID = "One or more parameter values were invalid: ";

/** Query. @throws ServiceError */
export function query(engine: Engine, input: Input, asText = false): Input | JsonText {
  const request = readQuery(input);
  const { filter, projection, startKey } = request;
  const table = engine.tables.get(input["TableName"]);
  const index = readIndex(table, input);
  const keys = index?.keys ?? table.keys;
  if (startKey) checkStartKey(table, index, startKey);
  const key = queryKey(keys, request.conditions);
  if (startKey) checkWithin(keys, key, startKey, !index && keys.length === 1);
  checkFilterKeys(keys, request);
  const paths = [...(filter ? pathsOf(filter) : []), ...(projection?.paths ?? [])];
  checkKeyPaths(table, index, paths);
  const selection = selectionOf(index, input, projection, filter);
  const prefix = encodePartition(key.partition);
  const range = {
    ...rangeOf(prefix, key.sort),
    backwards: input["ScanIndexForward"] === false,
    ...(startKey && { after: placeOf(table, index, startKey) }),
  };
  return readPage(input, { table, index, range, filter, selection }, asText);
}

function readQuery(input: Input) {
  const expressions = new RequestExpressions(
    input,
    ["ProjectionExpression", "FilterExpression", "KeyConditionExpression"],
    input["KeyConditions"] != null && input["KeyConditionExpression"] == null
      ? ["AttributesToGet", "QueryFilter", "ConditionalOperator"]
      : ["AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"],
  );
  const { QueryFilter, KeyConditions, ConditionalOperator } = input;
  if (ConditionalOperator != null && QueryFilter == null) {
    throw validationError("ConditionalOperator cannot be used without Filter or Expected");
  }
  const legacyFilter =
    QueryFilter == null ? undefined : filterCondition(QueryFilter, ConditionalOperator);
  checkSelect(input);
  const startKey = readStartKey(input["ExclusiveStartKey"]);
  const filter = expressions.condition("FilterExpression") ?? legacyFilter;
  const projection = expressions.projection();
  const conditions =
    expressions.keyConditions() ??
    (KeyConditions == null ? undefined : legacyKeyConditions(KeyConditions));
  if (!conditions) {
    throw validationError(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    );
  }
  expressions.checkAllUsed();
  return { filter, projection, conditions, startKey, isLegacyFilter: legacyFilter !== undefined };
}

/** The index that a read names. @throws ServiceError where it does not exist, or cannot be read consistently. */
export function readIndex(
  table: Table,
  { IndexName, ConsistentRead }: Input,
): TableIndex | undefined {
  if (IndexName == null) return undefined;
  const index = table.index(String(IndexName));
  if (!index) {
    throw validationError(`The table does not have the specified index: ${IndexName}`);
  }
  if (index.isGlobal && ConsistentRead === true) {
    throw validationError("Consistent reads are not supported on global secondary indexes");
  }
  return index;
}

function queryKey(
  keys: readonly KeyAttribute[],
  conditions: ReadonlyMap<string, KeyCondition>,
): QueryKey {
  const [partition, sort] = keys;
  if (!partition) throw new Error("a table without a key");
  if (conditions.size === 0 || conditions.size > 2) {
    throw validationError("Conditions can be of length 1 or 2 only");
  }
  const first = conditions.get(partition.name);
  if (!first) {
    throw validationError(`Query condition missed key schema element: ${partition.name}`);
  }
  if (conditions.size > 1 && !sort) throw validationError("Query key condition not supported");
  const second = sort && conditions.get(sort.name);
  if (sort && conditions.size > 1 && !second) {
    throw validationError(`Query condition missed key schema element: ${sort.name}`);
  }
  if (first.operator !== "=") throw validationError("Query key condition not supported");
  checkCondition(partition, first, 0);
  if (sort && second) checkCondition(sort, second, 1);
  return { partition: first.values[0] as AttributeValue, sort: second };
}

function checkCondition({ name, type }: KeyAttribute, { values }: KeyCondition, position: number) {
  if (values.some((value) => typeOf(value) !== type)) {
    throw validationError(`${INVALID}Condition parameter type does not match schema type`);
  }
  for (const value of values) checkKeyValue(name, value, position);
}

/** @throws ServiceError if the query could never have reached its start key. */
function checkWithin(
  keys: readonly KeyAttribute[],
  { partition, sort }: QueryKey,
  startKey: Item,
  tableWithoutSortKey: boolean,
): void {
  const [first, second] = keys.map(({ name }) => startKey[name]);
  if (sort && second && !satisfies(second, sort)) {
    throw validationError("The provided starting key does not match the range key predicate");
  }
  if (first && equalValues(first, partition)) return;
  if (sort) {
    throw validationError("The query can return at most one row and cannot be restarted");
  }
  throw validationError(
    tableWithoutSortKey
      ? "The provided exclusive start key is invalid"
      : "The provided starting key is outside query boundaries based on provided conditions",
  );
}

function satisfies(value: AttributeValue, { operator, values }: KeyCondition): boolean {
  const [first, second] = values as [AttributeValue, AttributeValue | undefined];
  if (operator === "begins_with") {
    const prefix = encodeScalar(first);
    return encodeScalar(value).subarray(0, prefix.length).equals(prefix);
  }
  const order = compareValues(value, first) ?? Number.NaN;
  switch (operator) {
    case "=":
      return order === 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "between":
      return order >= 0 && second !== undefined && (compareValues(value, second) ?? 1) <= 0;
  }
}

function checkFilterKeys(
  keys: readonly KeyAttribute[],
  { filter, isLegacyFilter }: ReturnType<typeof readQuery>,
): void {
  if (!filter) return;
  const heads = new Set(pathsOf(filter).map(([name]) => name));
  const key = keys.find(({ name }) => heads.has(name));
  if (!key) return;
  throw validationError(
    `${isLegacyFilter ? "QueryFilter" : "Filter Expression"} can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
  );
}

/** The keys that begin with the partition and fit the condition on the sort key. */
function rangeOf(prefix: Buffer, sort: KeyCondition | undefined) {
  const all = { from: prefix, to: afterPrefix(prefix) };
  if (!sort) return all;
  const [first, second = first] = sort.values.map((value) => join(prefix, encodeScalar(value)));
  if (!first || !second) return all;
  switch (sort.operator) {
    case "=":
      return { from: first, to: successor(first) };
    case "<":
      return { ...all, to: first };
    case "<=":
      return { ...all, to: successor(first) };
    case ">":
      return { ...all, from: successor(first) };
    case ">=":
      return { ...all, from: first };
    case "between":
      return { from: first, to: successor(second) };
    case "begins_with":
      return { from: first, to: afterPrefix(first) };
  }
}
