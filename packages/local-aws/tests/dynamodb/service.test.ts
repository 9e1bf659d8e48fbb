import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { DynamoDbStreams } from "../../src/services/dynamodb/streams/streams-service.ts";

const test = suite("DynamoDB");
const TABLE = "arn:aws:dynamodb:eu-central-1:000000000000:table/t";

function resource(inputs: Record<string, unknown> = {}): RecordedResource {
  return {
    urn: "",
    type: "aws:dynamodb/table:Table",
    name: "t",
    id: "t-1",
    inputs: {
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      ttl: { attributeName: "expiresAt", enabled: true },
      ...inputs,
    },
    outputs: { name: "t-1", streamArn: `${TABLE}-1/stream/s`, streamLabel: "s" },
  };
}

async function database(inputs?: Record<string, unknown>) {
  const clock = new VirtualClock();
  const kernel = createKernel({ clock });
  const dynamo = new DynamoDb(kernel);
  const streams = new DynamoDbStreams(dynamo.engine);
  kernel.dispatcher.register(dynamo, streams);
  await dynamo.provisionTable(resource(inputs));
  const you = { kind: "administrator" } as const;
  const call = (operation: string, input: object) =>
    kernel.dispatcher.call<Record<string, unknown>>(
      "dynamodb",
      operation,
      { TableName: "t-1", ...input },
      you,
    );
  const stream = dynamo.engine.streamOf("t-1");
  const records = () => stream?.read(0, 1000) ?? [];
  return { clock, kernel, dynamo, streams, call, records };
}

const item = (id: string, n?: number) => ({
  id: { S: id },
  ...(n !== undefined && { n: { N: String(n) } }),
});

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

test("a stream carries inserts, changes and removals with their images, and no write that changes nothing", async () => {
  const { call, records } = await database();
  await call("PutItem", { Item: item("a", 1) });
  await call("PutItem", { Item: item("a", 1) });
  await call("UpdateItem", {
    Key: item("a"),
    UpdateExpression: "SET n = :n",
    ExpressionAttributeValues: { ":n": { N: "2" } },
  });
  await call("DeleteItem", { Key: item("a") });
  assert.equal(
    records().map(({ eventName, dynamodb }) => [eventName, dynamodb.OldImage, dynamodb.NewImage]),
    [
      ["INSERT", undefined, item("a", 1)],
      ["MODIFY", item("a", 1), item("a", 2)],
      ["REMOVE", item("a", 2), undefined],
    ],
  );
  const numbers = records().map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
  assert.ok((numbers[0] ?? 0n) < (numbers[1] ?? 0n) && (numbers[1] ?? 0n) < (numbers[2] ?? 0n));
});

test("a failed condition answers the item that was there when asked for it", async () => {
  const { call } = await database();
  await call("PutItem", { Item: item("a", 1) });
  const error = await failure(
    call("PutItem", {
      Item: item("a", 2),
      ConditionExpression: "attribute_not_exists(id)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    }),
  );
  assert.is(error.code, "ConditionalCheckFailedException");
  assert.equal(error.details["Item"], item("a", 1));
});

test("a transaction that fails writes nothing and tells why, item by item", async () => {
  const { call, records } = await database();
  await call("PutItem", { Item: item("a", 1) });
  const error = await failure(
    call("TransactWriteItems", {
      TransactItems: [
        { Put: { TableName: "t-1", Item: item("b", 1) } },
        {
          Put: {
            TableName: "t-1",
            Item: item("a", 9),
            ConditionExpression: "attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
      ],
    }),
  );
  assert.is(error.code, "TransactionCanceledException");
  assert.equal(error.details["CancellationReasons"], [
    { Code: "None" },
    {
      Code: "ConditionalCheckFailed",
      Message: "The conditional request failed",
      Item: item("a", 1),
    },
  ]);
  assert.equal(await call("GetItem", { Key: item("b") }), {});
  assert.is(records().length, 1);
});

test("overlapping transactions lose nothing", async () => {
  const { call } = await database();
  const add = (id: string) => ({
    Update: {
      TableName: "t-1",
      Key: item(id),
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
  });
  await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      call("TransactWriteItems", {
        TransactItems: n % 2 ? [add("x"), add("y")] : [add("y"), add("x")],
      }),
    ),
  );
  for (const id of ["x", "y"]) {
    assert.equal(await call("GetItem", { Key: item(id) }), { Item: item(id, 100) });
  }
});

test("a client token makes a transaction happen once, for ten minutes and for one request only", async () => {
  const { call, clock } = await database();
  const add = (amount: string) => ({
    ClientRequestToken: "token",
    TransactItems: [
      {
        Update: {
          TableName: "t-1",
          Key: item("a"),
          UpdateExpression: "ADD n :n",
          ExpressionAttributeValues: { ":n": { N: amount } },
        },
      },
    ],
  });
  await call("TransactWriteItems", add("1"));
  await call("TransactWriteItems", add("1"));
  assert.equal(await call("GetItem", { Key: item("a") }), { Item: item("a", 1) });
  const error = await failure(call("TransactWriteItems", add("2")));
  assert.is(error.code, "IdempotentParameterMismatchException");
  await clock.advance(10 * 60_000 + 1);
  await call("TransactWriteItems", add("1"));
  assert.equal(await call("GetItem", { Key: item("a") }), { Item: item("a", 2) });
});

for (const [why, TransactItems, message] of [
  ["no item", [], /greater than or equal to 1/],
  [
    "101 items",
    Array(101).fill({ Delete: { TableName: "t-1", Key: item("a") } }),
    /less than or equal to 100/,
  ],
  [
    "one item twice",
    [
      { Delete: { TableName: "t-1", Key: item("a") } },
      { Put: { TableName: "t-1", Item: item("a") } },
    ],
    /multiple operations on one item/,
  ],
] as const) {
  test(`a transaction with ${why} is refused`, async () => {
    const { call } = await database();
    const error = await failure(call("TransactWriteItems", { TransactItems }));
    assert.is(error.code, "ValidationException");
    assert.match(error.message, message);
  });
}

test("an item whose time is up stays a while, then the service itself deletes it", async () => {
  const { call, clock, records } = await database();
  const expiresAt = { N: String(Math.floor(clock.now() / 1000) + 10) };
  await call("PutItem", { Item: { ...item("a"), expiresAt } });
  await call("PutItem", { Item: { ...item("old"), expiresAt: { N: "1" } } });
  await clock.advance(61_000);
  assert.ok((await call("GetItem", { Key: item("a") }))["Item"]);
  await clock.advance(60_000);
  assert.equal(await call("GetItem", { Key: item("a") }), {});
  assert.ok((await call("GetItem", { Key: item("old") }))["Item"]);
  assert.equal(records().at(-1)?.userIdentity, {
    type: "Service",
    principalId: "dynamodb.amazonaws.com",
  });
});

test("a reader is woken, and reads from where it stopped", async () => {
  const { call, streams } = await database();
  const StreamArn = `${TABLE}-1/stream/s`;
  let woken = 0;
  const stop = streams.onRecords(StreamArn, () => woken++);
  const run = (operation: string, input: object) =>
    streams.operations[operation]?.run(input as Record<string, unknown>, {
      caller: { kind: "administrator" },
      requestId: "r",
    }) as Record<string, string> & { Records: { eventName: string }[] };
  const ShardId = "shardId-00000000000000000000-00000001";
  const { ShardIterator } = run("GetShardIterator", {
    StreamArn,
    ShardId,
    ShardIteratorType: "LATEST",
  });
  await call("PutItem", { Item: item("a", 1) });
  await call("PutItem", { Item: item("a", 2) });
  assert.is(woken, 2);
  const first = run("GetRecords", { ShardIterator, Limit: 1 });
  assert.equal(
    first.Records.map(({ eventName }) => eventName),
    ["INSERT"],
  );
  const second = run("GetRecords", { ShardIterator: first["NextShardIterator"] });
  assert.equal(
    second.Records.map(({ eventName }) => eventName),
    ["MODIFY"],
  );
  stop();
});

test("each item of a transaction and each index needs its own permission", async () => {
  const { dynamo } = await database();
  const needs = (operation: string, input: Record<string, unknown>) =>
    dynamo.operations[operation]?.needs(input);
  assert.equal(needs("Query", { TableName: "t", IndexName: "i" }), [
    { action: "dynamodb:Query", resource: `${TABLE}/index/i` },
  ]);
  assert.equal(
    needs("TransactWriteItems", {
      TransactItems: [{ Put: { TableName: "t" } }, { ConditionCheck: { TableName: "u" } }],
    }),
    [
      { action: "dynamodb:PutItem", resource: TABLE },
      { action: "dynamodb:ConditionCheckItem", resource: TABLE.replace(/t$/, "u") },
    ],
  );
  assert.equal(needs("BatchWriteItem", { RequestItems: { t: [] } }), [
    { action: "dynamodb:BatchWriteItem", resource: TABLE },
  ]);
});

test("a protected table cannot be deleted", async () => {
  const { call } = await database({ deletionProtectionEnabled: true });
  assert.match((await failure(call("DeleteTable", {}))).message, /protected against deletion/);
});

for (const [inputs, message] of [
  [{ attributes: [] }, "t: key id is not defined in attributes"],
  [
    {
      attributes: [
        { name: "id", type: "S" },
        { name: "x", type: "S" },
      ],
    },
    "t: attribute x is defined but is not a key of the table or of an index",
  ],
  [{ ttl: { attributeName: "id", enabled: true } }, "t: ttl attribute id is a key of the table"],
] as const) {
  test(`a table is refused: ${message}`, async () => {
    try {
      await database(inputs);
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, message);
    }
  });
}

test.run();
