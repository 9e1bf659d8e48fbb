import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import type { Projection } from "../expressions/projection.ts";
import { project } from "../expressions/projection.ts";
import type { Item } from "../values/attribute-value.ts";
import { Capacity } from "./capacity.ts";
import { checkedItem, checkKey } from "./keys.ts";
import { RequestExpressions } from "./request-expressions.ts";

type Input = Record<string, unknown>;

const MAX_KEYS = 100;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** BatchGetItem. Keys beyond a response of 16 MB are returned as UnprocessedKeys. @throws ServiceError */
export function batchGet(engine: Engine, input: Input): Input {
  const requests = readRequests(input);
  const capacity = new Capacity(input["ReturnConsumedCapacity"]);
  const reads = requests.map((request) => {
    const table = engine.tables.get(request.name);
    const keys = request.keys.map((key) => {
      checkKey(table, key);
      return table.items.keyOf(key);
    });
    if (new Set(keys.map((key) => key.toString("latin1"))).size < keys.length) {
      throw validationError("Provided list of item keys contains duplicates");
    }
    return { ...request, table, keys };
  });
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, Input> = {};
  let bytes = 0;
  for (const { name, table, keys, projection, given, consistent } of reads) {
    const items: Item[] = [];
    const left: unknown[] = [];
    for (const [index, key] of keys.entries()) {
      const found = bytes < MAX_ANSWER_BYTES ? table.items.get(key) : undefined;
      if (bytes >= MAX_ANSWER_BYTES || bytes + (found?.size ?? 0) > MAX_ANSWER_BYTES) {
        left.push((given["Keys"] as unknown[])[index]);
        bytes = MAX_ANSWER_BYTES;
        continue;
      }
      capacity.read(table, found?.size ?? 0, consistent);
      if (!found) continue;
      bytes += found.size;
      items.push(projection ? project(found.item, projection) : found.item);
    }
    Responses[name] = items;
    if (left.length > 0) UnprocessedKeys[name] = { ...given, Keys: left };
  }
  return { Responses, UnprocessedKeys, ...capacity.all };
}

interface TableRequest {
  name: string;
  given: Input;
  keys: Item[];
  projection: Projection | undefined;
  consistent: boolean;
}

function readRequests({ RequestItems }: Input): TableRequest[] {
  const entries = Object.entries((RequestItems ?? {}) as Record<string, Input>);
  if (entries.length === 0) {
    throw validationError("The requestItems parameter is required for BatchGetItem");
  }
  let count = 0;
  return entries.map(([name, given]) => {
    const given_keys = (given["Keys"] ?? []) as unknown[];
    if (given_keys.length > MAX_KEYS) {
      throw validationError(
        `1 validation error detected: Value at 'RequestItems.${name}.member.Keys' failed to satisfy constraint: Member must have length less than or equal to ${MAX_KEYS}`,
      );
    }
    const expressions = new RequestExpressions(
      given,
      ["ProjectionExpression"],
      ["AttributesToGet"],
    );
    const projection = expressions.projection();
    expressions.checkAllUsed();
    const keys = given_keys.map(checkedItem);
    count += keys.length;
    if (count > MAX_KEYS) {
      throw validationError("Too many items requested for the BatchGetItem call");
    }
    return { name, given, keys, projection, consistent: given["ConsistentRead"] === true };
  });
}
