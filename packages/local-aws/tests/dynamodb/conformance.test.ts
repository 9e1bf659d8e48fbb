import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { JsonText } from "../../src/kernel/json-text.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { CONDITION_ROWS } from "./conformance/conditions.ts";
import { READS } from "./conformance/reads.ts";
import type { Row } from "./conformance/row.ts";
import { UPDATES } from "./conformance/updates.ts";
import { WRITES } from "./conformance/writes.ts";

const test = suite("DynamoDB, as AWS answers");

const READ_ONLY = new Set(["GetItem", "Query", "Scan", "TransactGetItems"]);

const TABLE = {
  TableName: "rows",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [
    { AttributeName: "id", KeyType: "HASH" },
    { AttributeName: "at", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "N" },
    { AttributeName: "group", AttributeType: "S" },
    { AttributeName: "rank", AttributeType: "N" },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: "byRank",
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "rank", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byGroup",
      KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["rank", "kept"] },
    },
  ],
};

async function table() {
  const kernel = createKernel({ clock: new VirtualClock() });
  const dynamo = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamo);
  const you = { kind: "administrator" } as const;
  const call = (operation: string, input: object, asText = false) =>
    kernel.dispatcher.call<Record<string, unknown>>("dynamodb", operation, input, you, "id", {
      asText,
    });
  await call("CreateTable", TABLE);
  return { call, stop: () => dynamo.stop() };
}

async function outcome(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

async function check({ given = [], operation, input, answers, fails, leaves = given }: Row) {
  const { call, stop } = await table();
  for (const Item of given) await call("PutItem", { TableName: "rows", Item });
  const single = !("TransactItems" in input || "RequestItems" in input);
  const request = { ...(single && { TableName: "rows" }), ...input };
  if (READ_ONLY.has(operation)) {
    // The same as a caller gets it who only writes it down.
    assert.equal(written(await outcome(call(operation, request, true))), fails ?? answers);
  }
  const got = await outcome(call(operation, request));
  assert.equal(got, fails ?? answers);
  const { Items } = await call("Scan", { TableName: "rows" });
  assert.equal(sorted(Items as object[]), sorted(leaves));
  stop();
}

function written(answer: unknown): unknown {
  return answer instanceof JsonText ? JSON.parse(answer.text) : answer;
}

/** Items by their JSON, whatever the order of their attributes. */
function sorted(items: object[]): string[] {
  return items
    .map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();
}

for (const row of [...UPDATES, ...CONDITION_ROWS, ...READS, ...WRITES]) {
  test(row.what, () => check(row));
}

test.run();
