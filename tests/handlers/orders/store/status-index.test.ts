import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Positions } from "../../../../handlers/orders/rules/page-token.ts";
import { orderItem } from "../../../../handlers/orders/store/order-item.ts";
import { pageTokenSecret } from "../../../../handlers/orders/store/page-token-secret.ts";
import { orderIndex } from "../../../../handlers/orders/store/status-index.ts";
import { sampleOrder } from "../../../support/order-samples.ts";

const test = suite("reading orders by status");
const SHARDS = 2;
const at = (second: number) => `2026-11-21T09:30:${String(second).padStart(2, "0")}.000Z`;

type Key = { createdAt: string; PK: string };
type Query = {
  ScanIndexForward: boolean;
  ExpressionAttributeValues: { ":shard": string; ":last"?: string };
  ExclusiveStartKey?: Key;
  Limit: number;
};

/** The index over what each of its keys holds: `<id> <second>` of pending orders, newest first. `most` is what 1 MB holds. */
function index(held: Record<string, [id: string, second: number][]>, most = 1_000) {
  const items = (shard: string) =>
    (held[shard] ?? []).map(([orderId, second]) =>
      orderItem(sampleOrder({ orderId, createdAt: at(second) }), SHARDS),
    );
  const send = async ({ input }: { input: Query }) => {
    const { ExclusiveStartKey: start, Limit } = input;
    const { ":shard": shard, ":last": last = "~" } = input.ExpressionAttributeValues;
    const all = items(shard).filter(({ createdAt }) => String(createdAt) <= last);
    const from = start ? all.findIndex(({ PK }) => PK === start.PK) + 1 : 0;
    const Items = all.slice(from, from + Math.min(Limit, most));
    const isCut = from + Items.length < all.length || Items.length === Limit;
    return { Items, ...(isCut && { LastEvaluatedKey: Items.at(-1) }) };
  };
  const client = { send } as unknown as DynamoDBDocumentClient;
  const { page } = orderIndex({ client, tableName: "orders" }, SHARDS);
  /** Every page, as the ids on it. */
  const pages = async (limit: number) => {
    const read: string[] = [];
    let after: Positions | undefined = {};
    while (after) {
      const { orders, next } = await page("PENDING", limit, after);
      read.push(orders.map(({ orderId }) => orderId).join(" "));
      after = next;
      if (read.length > 20) throw new Error("it never ends");
    }
    return read;
  };
  return { page, pages };
}

test("orders of all keys are merged newest first", async () => {
  const { pages } = index({
    "PENDING#0": [
      ["e", 5],
      ["b", 2],
      ["a", 1],
    ],
    "PENDING#1": [
      ["d", 4],
      ["c", 3],
    ],
  });
  assert.equal(await pages(50), ["e d c b a"]);
  assert.equal(await pages(5), ["e d c b a"]);
  assert.equal(await pages(4), ["e d c b", "a"]);
  assert.equal(await pages(2), ["e d", "c b", "a"]);
  assert.equal(await pages(1), ["e", "d", "c", "b", "a"]);
});

test("orders of the same age are all returned, whatever their order in the index", async () => {
  const { pages } = index({
    "PENDING#0": [
      ["b", 1],
      ["a", 1],
      ["c", 1],
    ],
    "PENDING#1": [["d", 1]],
  });
  assert.equal(await pages(1), ["b", "a", "c", "d"]);
  assert.equal(await pages(2), ["b a", "c d"]);
  assert.equal(await pages(3), ["b a c", "d"]);
});

test("a key that had no order on a page goes on at the age that the page came to", async () => {
  const { page } = index({
    "PENDING#0": [["z", 9]],
    "PENDING#1": [
      ["d", 4],
      ["c", 3],
      ["b", 2],
      ["a", 1],
    ],
  });
  const first = await page("PENDING", 1, {});
  assert.equal(first.next, { "PENDING#0": [at(9), "z"], "PENDING#1": [at(9)] });
  const second = await page("PENDING", 1, first.next ?? {});
  assert.equal(second.next, { "PENDING#0": [at(9), "z"], "PENDING#1": [at(4), "d"] });
});

test("an order that comes in between two pages is on neither, whatever its key", async () => {
  const held: Parameters<typeof index>[0] = {
    "PENDING#0": [
      ["d", 4],
      ["b", 2],
    ],
    "PENDING#1": [["a", 1]],
  };
  const { page } = index(held);
  const first = await page("PENDING", 1, {});
  held["PENDING#0"]?.unshift(["new", 9]);
  held["PENDING#1"]?.unshift(["newer", 10]);
  const second = await page("PENDING", 5, first.next ?? {});
  assert.equal(
    [first, second].map(({ orders }) => orders.map(({ orderId }) => orderId)),
    [["d"], ["b", "a"]],
  );
});

test("a last page that is exactly full has no next", async () => {
  const { page } = index({ "PENDING#0": [["b", 2]], "PENDING#1": [["a", 1]] });
  assert.is((await page("PENDING", 2, {})).next, undefined);
});

test("where large orders cut an answer short, nothing older gets ahead of what is still to come", async () => {
  const { pages } = index(
    {
      "PENDING#0": [
        ["f", 9],
        ["e", 8],
        ["d", 7],
      ],
      "PENDING#1": [
        ["c", 6],
        ["b", 5],
        ["a", 4],
      ],
    },
    1,
  );
  assert.equal(await pages(10), ["f", "e", "d c", "b", "a"]);
});

test("no orders are one empty page", async () => {
  assert.equal(await index({}).pages(10), [""]);
});

test("a secret that could not be read is asked for again, and one that was is not", async () => {
  const answers = [new Error("slow down"), { Item: { secret: "AAEC" } }];
  let calls = 0;
  const send = async () => {
    const answer = answers[calls++];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = { send } as unknown as DynamoDBDocumentClient;
  const secret = pageTokenSecret({ client, tableName: "orders" });
  await secret().then(
    () => assert.unreachable("it did not fail"),
    (error: Error) => assert.is(error.message, "slow down"),
  );
  assert.equal([...(await secret())], [0, 1, 2]);
  assert.equal([...(await secret())], [0, 1, 2]);
  assert.is(calls, 2);
});

test.run();
