import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OrderTables, statusIndexArn } from "../../../infra/orders/tables.ts";
import { readSettings } from "../../../infra/settings.ts";
import { type RunSettings, registrationsOf } from "../support/registrations.ts";

const test = suite("OrderTables");

const orderTables = (settings?: RunSettings) =>
  registrationsOf(() => {
    const tables = new OrderTables("orders", { settings: readSettings() });
    return { index: statusIndexArn(tables.orders), watched: Object.keys(tables.watched.tables) };
  }, settings);

const { all, ofType, outputs } = await orderTables();
const tables = Object.fromEntries(
  ofType("aws:dynamodb/table:Table").map(({ name, inputs }) => [name, inputs]),
);

test("is the parent of its tables, and of nothing else", () => {
  assert.equal(
    all.map(({ type, name, parent }) => [type, name, parent]),
    [
      ["commerce:infra:OrderTables", "orders", undefined],
      ["aws:dynamodb/table:Table", "orders-payments-table", "orders"],
      ["aws:dynamodb/table:Table", "orders-table", "orders"],
    ],
  );
});

test("orders are listed by status, streamed with what they were before, and their companions expire", () => {
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

test("the books of payments have one key, and never expire", () => {
  assert.equal(tables["orders-payments-table"], {
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: false,
  });
});

test("the index is named by its ARN", () => {
  assert.is(outputs["index"], "orders-table.arn/index/byStatus");
});

test("both tables are watched", () => {
  assert.equal(outputs["watched"], ["orders", "orders-payments"]);
});

test("both tables are protected as the settings say", async () => {
  const config = { "tables:pointInTimeRecovery": "false", "tables:deletionProtection": "true" };
  for (const { inputs } of (await orderTables({ config })).ofType("aws:dynamodb/table:Table")) {
    assert.equal(inputs["pointInTimeRecovery"], { enabled: false });
    assert.is(inputs["deletionProtectionEnabled"], true);
  }
});

test.run();
