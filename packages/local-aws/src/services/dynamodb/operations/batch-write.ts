import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { newItem } from "../items/stored-item.ts";
import type { Table } from "../tables/table.ts";
import { Capacity } from "./capacity.ts";
import { collectionMetrics } from "./single-write.ts";
import { checkWriteKeys, readWrite, type Write } from "./write-item.ts";

type Input = Record<string, unknown>;

const MAX_REQUESTS = 25;
const MAX_BYTES = 16 * 1024 * 1024;

/** BatchWriteItem: each write on its own, never partly. @throws ServiceError */
export function batchWrite(engine: Engine, input: Input): Input {
  const requests = readRequests(input);
  const writes = requests.flatMap(({ name, writes: own }) => {
    const table = engine.tables.get(name);
    const keyed = own.map((write) => {
      checkWriteKeys(table, write);
      return { name, table, write, key: table.items.keyOf(write.item) };
    });
    if (new Set(keyed.map(({ key }) => key.toString("latin1"))).size < keyed.length) {
      throw validationError("Provided list of item keys contains duplicates");
    }
    return keyed;
  });
  const capacity = new Capacity(input["ReturnConsumedCapacity"]);
  engine.store.transaction(() => {
    for (const { table, key, write } of writes) {
      const after = write.kind === "Put" ? newItem(write.item) : undefined;
      if (after && !capacity.counts && !table.items.needsBefore) {
        table.items.overwrite(key, after);
        continue;
      }
      const before = table.items.get(key);
      table.items.write(key, { before, after });
      capacity.write(table, before, after);
    }
  });
  return {
    UnprocessedItems: {},
    ...metrics(input, writes),
    ...capacity.all,
  };
}

interface TableRequest {
  name: string;
  writes: Write[];
}

function readRequests({ RequestItems }: Input): TableRequest[] {
  const entries = Object.entries((RequestItems ?? {}) as Record<string, unknown>);
  if (entries.length === 0) {
    throw validationError("The requestItems parameter is required for BatchWriteItem");
  }
  let count = 0;
  let bytes = 0;
  return entries.map(([name, list]) => {
    const requests = (Array.isArray(list) ? list : []) as Record<string, Input>[];
    count += requests.length;
    if (requests.length === 0 || requests.length > MAX_REQUESTS || count > MAX_REQUESTS) {
      throw validationError(
        `1 validation error detected: Value '{${name}=[${requests.length} WriteRequests]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${MAX_REQUESTS}, Member must have length greater than or equal to 1]`,
      );
    }
    const writes = requests.map((request) => {
      const { PutRequest: put, DeleteRequest: remove } = request ?? {};
      if (!put === !remove) {
        throw validationError(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
        );
      }
      bytes += JSON.stringify(request).length;
      return put
        ? readWrite("Put", { Item: put["Item"] })
        : readWrite("Delete", { Key: remove?.["Key"] });
    });
    if (bytes > MAX_BYTES) {
      throw validationError(
        "Item collection too large: aggregate size of items in BatchWriteItem exceeds 16MB limit",
      );
    }
    return { name, writes };
  });
}

function metrics(
  { ReturnItemCollectionMetrics }: Input,
  writes: { name: string; table: Table; write: Write }[],
): Input {
  if (ReturnItemCollectionMetrics !== "SIZE") return {};
  const found: Record<string, object[]> = {};
  for (const { name, table, write } of writes) {
    const metric = collectionMetrics(table, write.item);
    if (!metric) continue;
    const list = found[name] ?? [];
    found[name] = list;
    const isKnown = list.some((known) => JSON.stringify(known) === JSON.stringify(metric));
    if (!isKnown) list.push(metric);
  }
  return { ItemCollectionMetrics: found };
}
