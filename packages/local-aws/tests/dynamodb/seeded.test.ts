import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import type { AttributeValue } from "../../src/services/dynamodb/values/attribute-value.ts";
import { naivelyHolds } from "./seeded/naive-condition.ts";
import { naivelyUpdated, Refused } from "./seeded/naive-update.ts";
import { canonical, type Plain, plainItem } from "./seeded/naive-values.ts";
import { RandomCases } from "./seeded/random-case.ts";
import { Written } from "./seeded/written.ts";

const test = suite("DynamoDB, against a second and naive evaluator");
const SEED = Number(process.env["DYNAMODB_SEED"] ?? 15);
const ITEMS = 60;
const CONDITIONS = 600;
const UPDATES = 2_000;

type Item = Record<string, AttributeValue>;

async function database(cases: RandomCases) {
  const kernel = createKernel({ clock: new VirtualClock() });
  const dynamo = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamo);
  const you = { kind: "administrator" } as const;
  const call = <Output>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("dynamodb", operation, { TableName: "cases", ...input }, you);
  await call("CreateTable", {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  const items = Array.from({ length: ITEMS }, (_, id) => cases.item(id));
  for (const item of items) await call("PutItem", { Item: item });
  return { call, items, stop: () => dynamo.stop() };
}

const values = (written: Written) =>
  Object.keys(written.values).length > 0 && { ExpressionAttributeValues: written.values };
const text = (item: Map<string, Plain>) => canonical({ type: "M", map: item });

test(`conditions hold for the same items (seed ${SEED})`, async () => {
  const cases = new RandomCases(SEED);
  const { call, items, stop } = await database(cases);
  let held = 0;
  for (let n = 0; n < CONDITIONS; n++) {
    const condition = cases.condition();
    const written = new Written();
    const FilterExpression = written.condition(condition);
    const expected = items.filter((item) => naivelyHolds(condition, plainItem(item)));
    const request = { FilterExpression, ...values(written) };
    const { Items } = await call<{ Items: Item[] }>("Scan", request);
    const ids = (list: Item[]) => list.map(({ id }) => Number(id?.S)).sort((a, b) => a - b);
    assert.equal(ids(Items), ids(expected), JSON.stringify(request));
    held += expected.length;
  }
  assert.ok(held > 0.1 * CONDITIONS * ITEMS, "hardly any condition holds");
  stop();
});

test(`updates leave the same items, or are refused (seed ${SEED})`, async () => {
  const cases = new RandomCases(SEED + 1);
  const { call, items, stop } = await database(cases);
  let refused = 0;
  for (let n = 0; n < UPDATES; n++) {
    const old = items[n % ITEMS] as Item;
    const actions = cases.actions();
    const written = new Written();
    const UpdateExpression = written.update(actions);
    const request = { Key: { id: old["id"] }, UpdateExpression, ...values(written) };
    const expected = outcome(() => text(naivelyUpdated(plainItem(old), actions)));
    const got = await call<{ Attributes: Item }>("UpdateItem", {
      ...request,
      ReturnValues: "ALL_NEW",
    }).then(
      ({ Attributes }) => text(plainItem(Attributes)),
      (error) => (error instanceof ServiceError ? error.code : Promise.reject(error)),
    );
    assert.equal(got, expected, JSON.stringify({ old, request }));
    const { Item: stored } = await call<{ Item: Item }>("GetItem", { Key: { id: old["id"] } });
    if (expected === "ValidationException") {
      refused += 1;
      assert.equal(text(plainItem(stored)), text(plainItem(old)));
    } else assert.equal(text(plainItem(stored)), expected);
    // Items grow and shrink; the next round begins with new ones.
    items[n % ITEMS] = cases.item(n % ITEMS);
    await call("PutItem", { Item: items[n % ITEMS] });
  }
  assert.ok(refused > 0.1 * UPDATES && refused < 0.9 * UPDATES, `${refused} were refused`);
  stop();
});

function outcome(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return "ValidationException";
    throw error;
  }
}

test.run();
