import type { JsonText } from "../../../kernel/json-text.ts";
import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { filterCondition } from "../legacy/conditions.ts";
import { firstKeyOfHash, HASH_RANGE } from "../values/key-encoding.ts";
import { readPage } from "./page.ts";
import { readIndex } from "./query.ts";
import { RequestExpressions } from "./request-expressions.ts";
import { checkKeyPaths, checkSelect, pathsOf, selectionOf } from "./selection.ts";
import { checkStartKey, placeOf, readStartKey } from "./start-key.ts";

type Input = Record<string, unknown>;

/** Scan. @throws ServiceError */
export function scan(engine: Engine, input: Input, asText = false): Input | JsonText {
  const expressions = new RequestExpressions(
    input,
    ["ProjectionExpression", "FilterExpression"],
    ["AttributesToGet", "ScanFilter", "ConditionalOperator"],
  );
  const { ScanFilter, ConditionalOperator } = input;
  if (ConditionalOperator != null && ScanFilter == null) {
    throw validationError("ConditionalOperator cannot be used without Filter or Expected");
  }
  const legacyFilter =
    ScanFilter == null ? undefined : filterCondition(ScanFilter, ConditionalOperator);
  checkSelect(input);
  const startKey = readStartKey(input["ExclusiveStartKey"]);
  const segment = segmentOf(input);
  const filter = expressions.condition("FilterExpression") ?? legacyFilter;
  const projection = expressions.projection();
  expressions.checkAllUsed();
  const table = engine.tables.get(input["TableName"]);
  const index = readIndex(table, input);
  if (startKey) checkStartKey(table, index, startKey);
  checkKeyPaths(table, index, [...(filter ? pathsOf(filter) : []), ...(projection?.paths ?? [])]);
  const selection = selectionOf(index, input, projection, filter);
  const after = startKey && placeOf(table, index, startKey);
  if (after && !isWithin(after.entry, segment)) {
    throw validationError(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${input["TotalSegments"]} Segment: ${input["Segment"]}`,
    );
  }
  const range = { ...segment, backwards: false, ...(after && { after }) };
  return readPage(input, { table, index, range, filter, selection }, asText);
}

/** The keys of the request's segment: an equal part of the hashes of partition keys. */
function segmentOf({ Segment, TotalSegments }: Input) {
  if (Segment != null && TotalSegments == null) {
    throw validationError(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  }
  if (TotalSegments != null && Segment == null) {
    throw validationError(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  }
  const segment = Number(Segment ?? 0);
  const total = Number(TotalSegments ?? 1);
  if (segment >= total) {
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
  const first = (part: number) => firstKeyOfHash(Math.floor((part * HASH_RANGE) / total));
  return { from: first(segment) ?? Buffer.alloc(0), to: first(segment + 1) };
}

function isWithin(key: Buffer, { from, to }: ReturnType<typeof segmentOf>): boolean {
  return Buffer.compare(key, from) >= 0 && (!to || Buffer.compare(key, to) < 0);
}
