import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { Store } from "../../src/store/store.ts";

const test = suite("DynamoDB's tables");

type Output = Record<string, unknown>;

function database(store?: Store) {
  const clock = new VirtualClock();
  let ids = 0;
  const kernel = createKernel({ clock, newId: () => `id-${++ids}`, ...(store && { store }) });
  const dynamo = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamo, dynamo.streams);
  const you = { kind: "administrator" } as const;
  const call = (operation: string, input: object = {}, service = "dynamodb") =>
    kernel.dispatcher.call<Output>(service, operation, input, you);
  return { clock, dynamo, call, stop: () => dynamo.stop() };
}

const TABLE = {
  TableName: "table",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};
const STREAM = {
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
};
const ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/table";

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("it did not fail");
}

test("CreateTable answers the table with its stream and its protection", async () => {
  const { call, stop } = database();
  const { TableDescription } = await call("CreateTable", {
    ...TABLE,
    ...STREAM,
    DeletionProtectionEnabled: true,
  });
  assert.equal(TableDescription, {
    TableName: "table",
    TableArn: ARN,
    TableId: "id-2",
    TableStatus: "CREATING",
    CreationDateTime: 1767225600,
    AttributeDefinitions: TABLE.AttributeDefinitions,
    KeySchema: TABLE.KeySchema,
    ItemCount: 0,
    TableSizeBytes: 0,
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
    },
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    StreamSpecification: STREAM.StreamSpecification,
    LatestStreamArn: `${ARN}/stream/2026-01-01T00:00:00.000`,
    LatestStreamLabel: "2026-01-01T00:00:00.000",
    DeletionProtectionEnabled: true,
  });
  assert.match(
    await failure(call("DeleteTable", { TableName: "table" })),
    "ValidationException: Resource cannot be deleted as it is currently protected against deletion",
  );
  await call("UpdateTable", { TableName: "table", DeletionProtectionEnabled: false });
  await call("DeleteTable", { TableName: ARN });
  assert.equal(await call("ListTables"), { TableNames: [] });
  stop();
});

test("an index that is made later has the items that were there", async () => {
  const { call, stop } = database();
  await call("CreateTable", TABLE);
  for (const id of ["a", "b", "c"]) {
    const group = id === "c" ? {} : { group: { S: "g" } };
    await call("PutItem", { TableName: "table", Item: { id: { S: id }, ...group } });
  }
  await call("UpdateTable", {
    TableName: "table",
    AttributeDefinitions: [{ AttributeName: "group", AttributeType: "S" }],
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: "byGroup",
          KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      },
    ],
  });
  const found = await call("Scan", { TableName: "table", IndexName: "byGroup" });
  assert.is(found["Count"], 2);
  await call("UpdateTable", {
    TableName: "table",
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byGroup" } }],
  });
  assert.is(
    await failure(call("Scan", { TableName: "table", IndexName: "byGroup" })),
    "ValidationException: The table does not have the specified index: byGroup",
  );
  stop();
});

test("items that share an index's key are paged without loss, both ways", async () => {
  const { call, stop } = database();
  await call("CreateTable", {
    ...TABLE,
    AttributeDefinitions: [
      ...TABLE.AttributeDefinitions,
      { AttributeName: "group", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byGroup",
        KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
  const ids = Array.from({ length: 70 }, (_, n) => `item-${n}`);
  for (const id of ids) {
    await call("PutItem", { TableName: "table", Item: { id: { S: id }, group: { S: "g" } } });
  }
  for (const ScanIndexForward of [true, false]) {
    const seen: string[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const page = await call("Query", {
        TableName: "table",
        IndexName: "byGroup",
        KeyConditionExpression: "#g = :g",
        ExpressionAttributeNames: { "#g": "group" },
        ExpressionAttributeValues: { ":g": { S: "g" } },
        ScanIndexForward,
        Limit: 33,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      });
      for (const { id } of page["Items"] as { id: { S: string } }[]) seen.push(id.S);
      ExclusiveStartKey = page["LastEvaluatedKey"];
    } while (ExclusiveStartKey);
    assert.equal(seen.toSorted(), ids.toSorted());
  }
  stop();
});

test("the segments of a scan are parts of the whole", async () => {
  const { call, stop } = database();
  await call("CreateTable", TABLE);
  const ids = Array.from({ length: 200 }, (_, n) => `item-${n}`);
  for (const id of ids) await call("PutItem", { TableName: "table", Item: { id: { S: id } } });
  const parts: string[][] = [];
  for (let Segment = 0; Segment < 4; Segment++) {
    const { Items } = await call("Scan", { TableName: "table", Segment, TotalSegments: 4 });
    parts.push((Items as { id: { S: string } }[]).map(({ id }) => id.S));
  }
  assert.equal(parts.flat().toSorted(), ids.toSorted());
  for (const part of parts) assert.ok(part.length > 20, `${part.length} items in one of 4 parts`);
  stop();
});

test("a page ends at one megabyte", async () => {
  const { call, stop } = database();
  await call("CreateTable", TABLE);
  for (const id of ["a", "b", "c", "d"]) {
    const Item = { id: { S: id }, text: { S: "x".repeat(400_000) } };
    await call("PutItem", { TableName: "table", Item });
  }
  const first = await call("Scan", { TableName: "table" });
  assert.is(first["Count"], 3);
  const ExclusiveStartKey = first["LastEvaluatedKey"];
  assert.is((await call("Scan", { TableName: "table", ExclusiveStartKey }))["Count"], 1);
  stop();
});

test("a stream's records carry what its view says, and their size is that of keys and images", async () => {
  const sizes = { KEYS_ONLY: 3, NEW_IMAGE: 9, OLD_IMAGE: 8, NEW_AND_OLD_IMAGES: 14 };
  for (const [StreamViewType, size] of Object.entries(sizes)) {
    const { call, dynamo, stop } = database();
    const StreamSpecification = { StreamEnabled: true, StreamViewType };
    await call("CreateTable", { ...TABLE, StreamSpecification });
    const put = (text: string, set: string[]) =>
      call("PutItem", {
        TableName: "table",
        Item: { id: { S: "a" }, t: { S: text }, ...(set.length > 0 && { s: { SS: set } }) },
      });
    await put("x", []);
    await put("xy", []);
    const [, change] = dynamo.engine.streamOf("table")?.read(0, 10) ?? [];
    const record = change?.dynamodb;
    assert.is(record?.SizeBytes, size, StreamViewType);
    assert.is(Boolean(record?.NewImage), StreamViewType.startsWith("NEW"));
    assert.is(Boolean(record?.OldImage), StreamViewType.includes("OLD"));
    await put("z", ["p", "q"]);
    await put("z", ["q", "p"]);
    assert.is(dynamo.engine.streamOf("table")?.end, 3);
    stop();
  }
});

test("iterators are good for fifteen minutes, and a stream that is switched off comes to an end", async () => {
  const { call, clock, stop } = database();
  const { TableDescription } = await call("CreateTable", { ...TABLE, ...STREAM });
  const StreamArn = (TableDescription as Output)["LatestStreamArn"];
  const streams = (operation: string, input: object) => call(operation, input, "dynamodbstreams");
  const { StreamDescription } = await streams("DescribeStream", { StreamArn });
  const { ShardId } = ((StreamDescription as Output)["Shards"] as { ShardId: string }[])[0] ?? {};
  const after = await streams("DescribeStream", { StreamArn, ExclusiveStartShardId: ShardId });
  assert.equal((after["StreamDescription"] as Output)["Shards"], []);
  const place = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
  const { ShardIterator } = await streams("GetShardIterator", place);
  await call("PutItem", { TableName: "table", Item: { id: { S: "a" } } });
  await call("UpdateTable", {
    TableName: "table",
    StreamSpecification: { StreamEnabled: false },
  });
  await call("PutItem", { TableName: "table", Item: { id: { S: "b" } } });
  const page = await streams("GetRecords", { ShardIterator });
  assert.is((page["Records"] as unknown[]).length, 1);
  assert.is(page["NextShardIterator"], undefined);
  await clock.advance(15 * 60_000);
  assert.match(await failure(streams("GetRecords", { ShardIterator })), "ExpiredIteratorException");
  stop();
});

test("a transaction that is cancelled leaves no item, no entry and no record", async () => {
  const { call, dynamo, stop } = database();
  await call("CreateTable", { ...TABLE, ...STREAM });
  const put = (id: string, more: object = {}) => ({
    Put: { TableName: "table", Item: { id: { S: id } }, ...more },
  });
  const TransactItems = [put("a"), put("b", { ConditionExpression: "attribute_exists(id)" })];
  await failure(call("TransactWriteItems", { TransactItems }));
  assert.is((await call("Scan", { TableName: "table" }))["Count"], 0);
  assert.is(dynamo.engine.streamOf("table")?.end, 0);
  const ClientRequestToken = "once";
  for (let times = 0; times < 2; times++) {
    await call("TransactWriteItems", { ClientRequestToken, TransactItems: [put("c")] });
  }
  assert.is(dynamo.engine.streamOf("table")?.end, 1);
  assert.match(
    await failure(call("TransactWriteItems", { ClientRequestToken, TransactItems: [put("d")] })),
    "IdempotentParameterMismatchException",
  );
  stop();
});

test("what a file holds is there the next time: tables, items, indexes and streams", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-"));
  const resource = (hashKey: string): RecordedResource => ({
    urn: "",
    type: "aws:dynamodb/table:Table",
    name: "declared",
    id: "table",
    inputs: {
      hashKey,
      attributes: [{ name: hashKey, type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      streamViewType: "KEYS_ONLY",
    },
    outputs: { name: "table", streamArn: `${ARN}/stream/s`, streamLabel: "s" },
  });
  const store = new Store(folder);
  const first = database(store);
  await first.dynamo.provisionTable(resource("id"));
  await first.call("PutItem", { TableName: "table", Item: { id: { S: "a" } } });
  first.stop();
  store.close();

  const again = new Store(folder);
  const second = database(again);
  await second.dynamo.provisionTable(resource("id"));
  assert.is((await second.call("Scan", { TableName: "table" }))["Count"], 1);
  await second.call("PutItem", { TableName: "table", Item: { id: { S: "b" } } });
  const records = second.dynamo.engine.streamOf("table")?.read(0, 10) ?? [];
  assert.equal(
    records.map(({ dynamodb }) => dynamodb.SequenceNumber),
    ["100000000000000000000", "100000000000000000001"],
  );
  let why = "";
  await second.dynamo.provisionTable(resource("other")).catch((error: Error) => {
    why = error.message;
  });
  assert.match(why, "declared: the table table that is stored has the keys id (S)");
  second.stop();
  again.close();
  rmSync(folder, { recursive: true });
});

test("continuous backups tell between which times a table can be restored", async () => {
  const { call, clock, stop } = database();
  await call("CreateTable", TABLE);
  await call("UpdateContinuousBackups", {
    TableName: "table",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  await clock.advance(3_600_000);
  const { ContinuousBackupsDescription } = await call("DescribeContinuousBackups", {
    TableName: "table",
  });
  assert.equal(ContinuousBackupsDescription, {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: 1767225600,
      LatestRestorableDateTime: 1767225600 + 3300,
    },
  });
  stop();
});

test.run();
