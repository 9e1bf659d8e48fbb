import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { newItem } from "../items/stored-item.ts";
import type { Table } from "../tables/table.ts";
import { type Item, pick } from "../values/attribute-value.ts";
import { Capacity } from "./capacity.ts";
import {
  checkWriteKeys,
  outcomeOf,
  readWrite,
  returnedAttributes,
  type Write,
} from "./write-item.ts";

type Input = Record<string, unknown>;

/** PutItem, UpdateItem and DeleteItem. @throws ServiceError */
export function writeItem(
  engine: Engine,
  kind: "Put" | "Update" | "Delete",
  input: Input,
  byService = false,
): Input {
  const returnValues = input["ReturnValues"] ?? "NONE";
  if (kind !== "Update" && returnValues !== "NONE" && returnValues !== "ALL_OLD") {
    throw validationError("ReturnValues can only be ALL_OLD or NONE");
  }
  const write = readWrite(kind, input);
  const table = engine.tables.get(input["TableName"]);
  checkWriteKeys(table, write);
  const capacity = new Capacity(input["ReturnConsumedCapacity"]);
  const isBlind =
    kind === "Put" &&
    !write.condition &&
    returnValues === "NONE" &&
    !capacity.counts &&
    !table.items.needsBefore;
  if (isBlind) {
    table.items.overwrite(table.items.keyOf(write.item), newItem(write.item));
    return metrics(table, write, input);
  }
  const outcome = outcomeOf(table, write);
  table.items.write(outcome.key, { ...outcome, byService });
  capacity.write(table, outcome.before, outcome.after);
  return {
    ...returnedAttributes(returnValues, write, outcome),
    ...capacity.one,
    ...metrics(table, write, input),
  };
}

function metrics(table: Table, { item }: Write, input: Input): Input {
  if (input["ReturnItemCollectionMetrics"] !== "SIZE") return {};
  const found = collectionMetrics(table, item);
  return found ? { ItemCollectionMetrics: found } : {};
}

/** The metrics of the items that share a partition key; only tables with local indexes have them. */
export function collectionMetrics(table: Table, item: Item): object | undefined {
  const hasLocal = [...table.indexes].some(({ isGlobal }) => !isGlobal);
  if (!hasLocal) return undefined;
  const partition = table.keys[0]?.name ?? "";
  return { ItemCollectionKey: pick(item, [partition]), SizeEstimateRangeGB: [0, 1] };
}
