import type { JsonText } from "../../../kernel/json-text.ts";
import type { Engine } from "../engine.ts";
import { type Projection, project } from "../expressions/projection.ts";
import type { Item } from "../values/attribute-value.ts";
import { withItem } from "./answer.ts";
import { Capacity } from "./capacity.ts";
import { checkedItem, checkKey } from "./keys.ts";
import { RequestExpressions } from "./request-expressions.ts";

type Input = Record<string, unknown>;

/** A read of one item whose request was checked, apart from what only the table knows. */
export interface Read {
  key: Item;
  projection: Projection | undefined;
}

/** Reads a GetItem, or a Get of a transaction, from its request. @throws ServiceError */
export function readGet(input: Input): Read {
  const expressions = new RequestExpressions(input, ["ProjectionExpression"], ["AttributesToGet"]);
  const key = checkedItem(input["Key"]);
  const projection = expressions.projection();
  expressions.checkAllUsed();
  return { key, projection };
}

/** GetItem. @throws ServiceError */
export function getItem(engine: Engine, input: Input, asText = false): Input | JsonText {
  const { key, projection } = readGet(input);
  const table = engine.tables.get(input["TableName"]);
  checkKey(table, key);
  const found = table.items.get(table.items.keyOf(key));
  const capacity = new Capacity(input["ReturnConsumedCapacity"]);
  capacity.read(table, found?.size ?? 0, input["ConsistentRead"] === true);
  const item = found && projection ? project(found.item, projection) : found;
  return withItem(item, capacity.one, asText);
}
