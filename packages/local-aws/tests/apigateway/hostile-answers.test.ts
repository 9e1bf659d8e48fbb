import { suite } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../support/hostile-input.ts";
import { startShop, type TestGateway } from "../support/rest-api.ts";

const test = suite("whatever a function answers to a REST API");
const ROUNDS = 400;
const random = seededRandom(Number(process.env["HOSTILE_SEED"] ?? 11));
const pick = <Item>(items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;

const VALUES: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  99,
  200,
  204,
  304,
  600,
  1e300,
  "",
  "200",
  "ok",
  "a\r\nset-cookie: b=c",
  "\u0000",
  "\u{1F600}",
  "ÿ",
  "x".repeat(20_000),
  [],
  [null],
  {},
  { toString: 1 },
  { constructor: null },
];
const NAMES = [
  "content-type",
  "x-a",
  "",
  "a b",
  "x\r\ny",
  "ünicode",
  "__proto__",
  "constructor",
  "transfer-encoding",
  "content-length",
  "connection",
  "date",
];

/** A proxy answer with some members of the right kind, and some of any. */
function hostileAnswer(): unknown {
  if (random() < 0.15) return pick(["", "{", "null", "[]", "7", '"text"', "[1]", "{}"]);
  const some = (right: unknown) => (random() < 0.85 ? right : pick(VALUES));
  const headers = () =>
    Object.fromEntries([1, 2].map(() => [pick(NAMES), random() < 0.9 ? "v" : pick(VALUES)]));
  const lists = () => Object.fromEntries([[pick(NAMES), some(["a", "b"])]]);
  return {
    statusCode: random() < 0.85 ? 200 : pick(VALUES),
    headers: some(headers()),
    multiValueHeaders: random() < 0.3 ? some(lists()) : undefined,
    body: some("body"),
    isBase64Encoded: random() < 0.3 ? pick(VALUES) : undefined,
    ...(random() < 0.2 && { [pick(NAMES)]: pick(VALUES) }),
  };
}

let gateway: TestGateway;
const failures: unknown[] = [];
let answer: unknown = { statusCode: 200 };

test.before(async () => {
  process.on("uncaughtException", (error) => failures.push(error));
  process.on("unhandledRejection", (error) => failures.push(error));
  gateway = await startShop(() => answer);
});
test.after(() => gateway.stop());

test("each is passed on, or is a 502, and the next caller is served", async () => {
  const counts = { passed: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    answer = hostileAnswer();
    const shown = JSON.stringify(answer)?.slice(0, 300);
    const response = await gateway.call("GET /orders/1");
    const text = await response.text();
    const own = (answer as { statusCode?: unknown })?.statusCode;
    if (response.status === 502) {
      assert.is(text, '{"message":"Internal server error"}', shown);
      counts.refused += 1;
    } else {
      assert.ok(
        response.status < 500 || response.status === Number(own),
        `${response.status} ${shown}`,
      );
      counts.passed += 1;
    }
    assert.is(response.headers.get("set-cookie"), null, shown);
  }
  answer = { statusCode: 200, body: "fine" };
  assert.is(await (await gateway.call("GET /orders/1")).text(), "fine");
  assert.equal(failures, []);
  // Both kinds were drawn.
  assert.ok(counts.passed > ROUNDS / 10 && counts.refused > ROUNDS / 10, JSON.stringify(counts));
});

test.run();
