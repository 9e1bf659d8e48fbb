import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ServiceError } from "../../src/kernel/service-error.ts";
import { onFailure } from "../../src/kernel/unattended.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("DynamoDB, where it used to end the process");

function database() {
  const { kernel, clock } = testKernel();
  const dynamodb = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamodb);
  const call = <Output = Record<string, unknown>>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("dynamodb", operation, input, { kind: "administrator" });
  const table = (TableName: string) =>
    call("CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
  return { dynamodb, clock, call, table };
}

const Item = { id: { S: "1" }, a: { N: "1" }, b: { S: "text" } };
const VALUES = { ":one": { N: "1" }, ":t": { S: "te" } };

for (const [condition, outcome] of [
  ["a IN (:one, nope)", "holds"],
  ["nope IN (:one)", "fails"],
  ["a BETWEEN :one AND nope", "fails"],
  ["nope BETWEEN :one AND :one", "fails"],
  ["begins_with(b, b.c)", "fails"],
  ["begins_with(nope, :t)", "fails"],
  ["contains(b, nope)", "fails"],
  ["size(nope) > :one", "fails"],
  ["nope = :one", "fails"],
  ["nope <> :one", "holds"],
] as const) {
  test(`the condition ${condition} ${outcome}`, async () => {
    const { dynamodb, call, table } = database();
    await table("rows");
    await call("PutItem", { TableName: "rows", Item });
    const used = Object.entries(VALUES).filter(([name]) => condition.includes(name));
    const put = {
      TableName: "rows",
      Item,
      ConditionExpression: condition,
      ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
    };
    const got = await call("PutItem", put).then(
      () => "holds",
      (error: ServiceError) =>
        error.code === "ConditionalCheckFailedException" ? "fails" : error.code,
    );
    assert.is(got, outcome);
    dynamodb.stop();
  });
}

test("a table with a time to live may be deleted: the sweep goes on with the others", async () => {
  const failures: string[] = [];
  const stop = onFailure((name) => failures.push(name));
  const { dynamodb, clock, call, table } = database();
  const due = Math.floor(clock.now() / 1000) + 60;
  for (const TableName of ["first", "second"]) {
    await table(TableName);
    await call("UpdateTimeToLive", {
      TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: "due" },
    });
    await call("PutItem", { TableName, Item: { id: { S: "1" }, due: { N: String(due) } } });
  }
  await call("DeleteTable", { TableName: "first" });
  await clock.advance(48 * 3_600_000);
  const { Count } = await call<{ Count: number }>("Scan", { TableName: "second" });
  assert.is(Count, 0);
  assert.equal(failures, []);
  dynamodb.stop();
  stop();
});

test.run();
