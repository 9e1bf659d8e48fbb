import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import type { Store } from "../../src/store/store.ts";
import { dataFolders } from "../support/data-folder.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("DynamoDB's time to live");

const YOU = { kind: "administrator" } as const;
const FIVE_YEARS = 5 * 365 * 24 * 60 * 60;

function start(start: { store?: Store; at?: number } = {}) {
  const { kernel, clock } = testKernel(start);
  const dynamodb = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamodb);
  const call = <Output>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("dynamodb", operation, { TableName: "table", ...input }, YOU);
  const make = () =>
    call("CreateTable", {
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
  const expireBy = (AttributeName: string, Enabled = true) =>
    call("UpdateTimeToLive", { TimeToLiveSpecification: { AttributeName, Enabled } });
  const put = (id: string, attributes: object) =>
    call("PutItem", { Item: { id: { S: id }, ...attributes } });
  const ids = async () => {
    const { Items } = await call<{ Items: { id: { S: string } }[] }>("Scan", {});
    return Items.map(({ id }) => id.S).sort();
  };
  return { clock, make, expireBy, put, ids, now: () => Math.floor(clock.now() / 1000) };
}

for (const attribute of ["until", "the end", 'a "quoted" end', "it's.over", "back\\slash"]) {
  test(`removes what is over, and nothing else, by ${attribute}`, async () => {
    const { clock, make, expireBy, put, ids, now } = start();
    await make();
    await expireBy(attribute);
    const until = (seconds: number | string) => ({ [attribute]: { N: `${seconds}` } });
    await put("over", until(now() - 10));
    await put("over by a fraction", until(`${now() - 10}.5`));
    await put("soon", until(now() + 90));
    await put("later", until(now() + 10_000));
    await put("long over", until(now() - FIVE_YEARS - 1_000));
    await put("text", { [attribute]: { S: "1" } });
    await put("without", {});
    await put("nested", { map: { M: until(1) } });
    const stay = ["later", "long over", "nested", "text", "without"];
    await clock.advance(70_000);
    assert.equal(await ids(), [...stay, "soon"].sort());
    await clock.advance(180_000);
    assert.equal(await ids(), stay);
  });
}

test("removes more than fit into one turn, and what was given more time stays", async () => {
  const { clock, make, expireBy, put, ids, now } = start();
  await make();
  await expireBy("until");
  for (let n = 0; n < 600; n++) await put(`${n}`, { until: { N: `${now() - 10}` } });
  await put("7", { until: { N: `${now() + 10_000}` } });
  await clock.advance(130_000);
  assert.equal(await ids(), ["7"]);
});

test("goes by another attribute once that is set, and by none once it is switched off", async () => {
  const { clock, make, expireBy, put, ids, now } = start();
  await make();
  await expireBy("first");
  await expireBy("first", false);
  await put("a", { first: { N: `${now() - 10}` } });
  await put("b", { second: { N: `${now() - 10}` } });
  await clock.advance(130_000);
  assert.equal(await ids(), ["a", "b"]);
  await expireBy("second");
  await clock.advance(130_000);
  assert.equal(await ids(), ["a"]);
});

test("goes on after a start, in a folder that was made without the index too", async () => {
  const data = dataFolders();
  const before = start({ store: data.store });
  await before.make();
  await before.expireBy("until");
  await before.put("a", { until: { N: `${before.now() + 30}` } });
  await before.put("b", { until: { N: `${before.now() + 10_000}` } });
  const after = start({ store: await data.killAndOpen(), at: before.clock.now() });
  await after.clock.advance(180_000);
  assert.equal(await after.ids(), ["b"]);
  data.remove();
});

test.run();
