import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { BAD_BODIES } from "./support/bad-bodies.ts";
import { type Door, type Refusal, refusals } from "./support/refusals.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("products, bad input");
let stack: TestStack;
let door: Door;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  const headers = { "x-api-key": stack.output("ordersApiKey"), "content-type": "application/json" };
  door = { stack, url: stack.output("ordersApiUrl"), headers };
});
test.after(() => stack?.stop());

const RULE =
  "productId must be 1 to 128 characters: letters, digits, and . _ @ -, with a letter or digit first";
// The gateway itself reads no such path.
const MALFORMED = "The request is malformed.";

const BAD_IDS: [why: string, id: string, detail: string][] = [
  ["a space", "%20", RULE],
  ["129 characters", "a".repeat(129), RULE],
  ["2,049 bytes", "a".repeat(2_049), RULE],
  ["NUL", "%00", RULE],
  ["CR LF", "%0d%0a", RULE],
  ["bad UTF-8", "%ff", MALFORMED],
  ["a bare percent sign", "%", MALFORMED],
  ["a path", "..%2F..%2Fetc%2Fpasswd", RULE],
  ["a path, encoded twice", "%252e%252e%252f", RULE],
  ["an encoded slash", "a%2Fb", RULE],
  ["umlaut", "%C3%BC", RULE],
  ["__proto__", "__proto__", RULE],
  ["SQL", "'%20OR%20'1'='1", RULE],
  ["braces", "%7BproductId%7D", RULE],
  ["a key of the table", "PRODUCT%23mug", RULE],
];

/** What is wrong is written as pointer and code. */
const BAD_STOCKS: [body: string, ...errors: string[]][] = [
  ["{}", "/stock required"],
  ['{"stock":-1}', "/stock min"],
  ['{"stock":1.5}', "/stock integer"],
  ['{"stock":"1"}', "/stock type"],
  ['{"stock":null}', "/stock type"],
  ['{"stock":true}', "/stock type"],
  ['{"stock":[1]}', "/stock type"],
  ['{"stock":1000000001}', "/stock max"],
  ['{"stock":1e10}', "/stock max"],
  ['{"stock":1e400}', "/stock integer", "/stock max"],
  ['{"stock":1,"held":0}', "/held unknown_field"],
  ['{"stock":1,"productId":"mug-blue"}', "/productId unknown_field"],
  ['{"stock":1,"__proto__":{"polluted":1}}', "/__proto__ unknown_field"],
];

const mug = { method: "PUT", target: "/products/mug-blue" };

refusals(test, () => door, [
  ...BAD_IDS.flatMap(([why, id, detail]): Refusal[] => {
    const row = { target: `/products/${id}`, code: "invalid_parameter", detail } as const;
    return [
      { ...row, why: `GET: ${why}`, method: "GET" },
      { ...row, why: `PUT: ${why}`, method: "PUT", body: '{"stock":1}' },
    ];
  }),
  ...BAD_BODIES.map((row): Refusal => ({ ...row, ...mug })),
  ...BAD_STOCKS.map(
    ([body, ...wrong]): Refusal => ({
      ...mug,
      why: body,
      body,
      code: "validation_failed",
      errors: wrong.map((it) => it.split(" ") as [string, string]),
    }),
  ),
  {
    why: "a product that is not tracked",
    method: "GET",
    target: "/products/mug",
    code: "not_found",
    detail: "The stock of this product is not tracked.",
  },
]);

test("ids with a meaning elsewhere are products like any other", async () => {
  for (const id of ["constructor", "hasOwnProperty", "a".repeat(128), "a.b_c@d-e", "A"]) {
    const { headers } = door;
    const url = `${door.url}/products/${id}`;
    const put = await call("PUT", url, { headers, body: '{"stock":1000000000}' });
    assert.is(put.status, 200, put.text);
    const read = await call("GET", url, { headers });
    assert.equal(read.json, { productId: id, stock: 1_000_000_000, held: 0, sold: 0 });
  }
});

test.run();
