import { createHmac } from "node:crypto";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import {
  assertProblem,
  type Door,
  type Expected,
  exchange,
  type Refusal,
  refusals,
} from "./support/refusals.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { settled, storeDigest } from "./support/store-digest.ts";

const test = suite("orders, bad input where they are read");
let stack: TestStack;
let door: Door;
/** Of a page of one order, of those that are COMPLETED. */
let token: string;

const list = async (query: string) => {
  const { status, json, text } = await call("GET", `${door.url}/orders?${query}`, {
    headers: door.headers,
  });
  assert.is(status, 200, text);
  return json as { orders: { orderId: string }[]; count: number; nextToken?: string };
};
const place = async (): Promise<string> => {
  const body = JSON.stringify({ amount: 5, currency: "EUR" });
  const { json } = await call("POST", `${door.url}/orders`, { headers: door.headers, body });
  return String(json["orderId"]);
};

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  const headers = { "x-api-key": stack.output("ordersApiKey"), "content-type": "application/json" };
  door = { stack, url: stack.output("ordersApiUrl"), headers };
});
test.after(() => stack?.stop());

test("O19 a status that no order has gives an empty page", async () => {
  assert.equal(await list("status=COMPLETED"), {
    orders: [],
    count: 0,
    filter: { status: "COMPLETED" },
  });
  for (let n = 0; n < 3; n++) await place();
  await settled(stack);
  token = (await list("status=COMPLETED&limit=1")).nextToken ?? "";
  assert.match(token, /^[\w-]+\.[\w-]+$/);
});

const UNKNOWN = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const get = (why: string, target: string, expected: Expected): Refusal => ({
  why,
  method: "GET",
  target,
  ...expected,
});
const badParameter = (detail: string): Expected => ({ code: "invalid_parameter", detail });

const BAD_ID = badParameter("orderId must be a lowercase UUID");
// The gateway itself reads no such path.
const MALFORMED = badParameter("The request is malformed.");
const BAD_LIMIT = badParameter("limit must be a whole number from 1 to 100");
const BAD_STATUS = badParameter("status must be one of PENDING, PROCESSING, COMPLETED, FAILED");

const BAD_ORDER_IDS = {
  "no UUID": "12",
  "upper case": UNKNOWN.toUpperCase(),
  "a space behind it": `${UNKNOWN}%20`,
  "a line break behind it": `${UNKNOWN}%0a`,
  "10,000 characters": "a".repeat(10_000),
  "a key of the table": `ORDER%23${UNKNOWN}`,
  "another key of the table": "SECRET%23page-token",
  NUL: "%00",
  "a path": "..%2F..%2Fetc%2Fpasswd",
  "a path, encoded twice": "%252e%252e%252f",
  SQL: "'%20OR%20'1'='1",
  script: "%3Cscript%3E",
  proto: "__proto__",
};
const BAD_LIMITS = [
  "0",
  "101",
  "-1",
  "abc",
  "",
  "1e2",
  "5.0",
  "%2B5",
  "%205",
  "%EF%BC%95",
  "0x10",
  "10,20",
  "01",
  "5%0a",
];
const BAD_STATES = [
  "pending",
  "PENDINGG",
  "",
  "PENDING'%20OR%20'1'='1",
  "__proto__",
  "PENDING%230",
  "*",
];

refusals(test, () => door, [
  get("O13 an unknown id", `/orders/${UNKNOWN}`, {
    code: "not_found",
    detail: "There is no order with this id.",
  }),
  ...Object.entries(BAD_ORDER_IDS).map(([why, id]) => get(`O13 ${why}`, `/orders/${id}`, BAD_ID)),
  ...["%ff", "%", "%2"].map((id) => get(`O13 ${id}`, `/orders/${id}`, MALFORMED)),
  ...BAD_LIMITS.map((limit) => get(`O14 limit=${limit}`, `/orders?limit=${limit}`, BAD_LIMIT)),
  get("O14 limit twice", "/orders?limit=1&limit=1", badParameter("limit must be given once.")),
  ...BAD_STATES.map((status) =>
    get(`O15 status=${status}`, `/orders?status=${status}`, BAD_STATUS),
  ),
  get(
    "O15 status twice",
    "/orders?status=PENDING&status=FAILED",
    badParameter("status must be given once."),
  ),
  ...["staus=PENDING", "__proto__=1", "Limit=5", "limit[]=5", "status=PENDING&x=1"].map((query) =>
    get(
      `O16 ${query}`,
      `/orders?${query}`,
      badParameter("The only query parameters are status, limit, nextToken."),
    ),
  ),
]);

test("O17 a token that was not made here, or for another status, is refused", async () => {
  const before = await storeDigest(stack);
  const [text = "", signature = ""] = token.split(".");
  const signed = (value: unknown) => {
    const forged = Buffer.from(JSON.stringify(value)).toString("base64url");
    const mac = createHmac("sha256", "another secret").update(`COMPLETED/4\n${forged}`);
    return `${forged}.${mac.digest("base64url")}`;
  };
  const bad = {
    random: "Zm9vYmFy",
    empty: "",
    "only dots": "..",
    truncated: token.slice(0, -1),
    "without its signature": text,
    "with more behind it": `${token}.x`,
    "not base64url": `%2B%2F%3D.${signature}`,
    "another text": `${Buffer.from("{}").toString("base64url")}.${signature}`,
    "another first letter": `${text.startsWith("e") ? "f" : "e"}${token.slice(1)}`,
    "signed by another": signed({ "COMPLETED#0": ["2026-01-01T00:00:00.000Z", UNKNOWN] }),
    "a list, signed by another": signed([1, 2]),
    "a key of DynamoDB": signed({ PK: { S: "ORDER#1" }, SK: { S: "ORDER#1" } }),
    "9,000 characters": "a".repeat(9_000),
  };
  const detail = "nextToken must come from an earlier response for the same status.";
  for (const [why, value] of Object.entries(bad)) {
    const target = `/orders?status=COMPLETED&nextToken=${value}`;
    const answer = await exchange(door, { method: "GET", target });
    assert.is(answer.status, 400, why);
    assertProblem(answer, { code: "invalid_page_token", detail });
  }
  for (const filter of ["status=PENDING", "limit=1"]) {
    const target = `/orders?${filter}&nextToken=${token}`;
    const answer = await exchange(door, { method: "GET", target });
    assertProblem(answer, { code: "invalid_page_token", detail });
  }
  assert.is(await storeDigest(stack), before);
});

test("O14 a page is of 50 orders, or of 1 to 100", async () => {
  assert.is((await list("limit=1")).count, 1);
  assert.is((await list("limit=100")).count, 3);
  assert.is((await list("")).count, 3);
});

test("O18 a token that is used again shows what it showed, and no order twice", async () => {
  const first = await list("status=COMPLETED&limit=1");
  const rest = await list(`status=COMPLETED&nextToken=${token}`);
  assert.is(rest.count, 2);
  const later = await place();
  await settled(stack);
  const again = await list(`status=COMPLETED&nextToken=${token}`);
  // One that came later may show: no position is known in a part of the index that no page has begun.
  assert.equal(
    again.orders.filter(({ orderId }) => orderId !== later),
    rest.orders,
  );
  const ids = [...first.orders, ...again.orders].map(({ orderId }) => orderId);
  assert.is(new Set(ids).size, ids.length);
});

test.run();
