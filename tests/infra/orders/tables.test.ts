import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ordersWith } from "../support/program.ts";

const test = suite("tables of orders");

const { ofType } = await ordersWith();
const tables = Object.fromEntries(
  ofType("aws:dynamodb/table:Table").map(({ name, inputs }) => [name, inputs]),
);

test("orders are listed by status, streamed with their old images, and their records expire", () => {
  assert.equal(tables["orders-table"], {
    hashKey: "PK",
    rangeKey: "SK",
    attributes: [
      { name: "PK", type: "S" },
      { name: "SK", type: "S" },
      { name: "statusShard", type: "S" },
      { name: "createdAt", type: "S" },
    ],
    globalSecondaryIndexes: [
      { name: "byStatus", hashKey: "statusShard", rangeKey: "createdAt", projectionType: "ALL" },
    ],
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: true,
    streamViewType: "NEW_AND_OLD_IMAGES",
    ttl: { attributeName: "expiresAt", enabled: true },
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: false,
  });
});

test("the ledger of payments has one key, and never expires", () => {
  assert.equal(tables["orders-payments-table"], {
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: false,
  });
});

test("both tables are protected as the settings say", async () => {
  const config = { "tables:pointInTimeRecovery": "false", "tables:deletionProtection": "true" };
  const found = (await ordersWith({ config })).ofType("aws:dynamodb/table:Table");
  assert.is(found.length, 2);
  for (const { inputs } of found) {
    assert.equal(inputs["pointInTimeRecovery"], { enabled: false });
    assert.is(inputs["deletionProtectionEnabled"], true);
  }
});

test.run();
