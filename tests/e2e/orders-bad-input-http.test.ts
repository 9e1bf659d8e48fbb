import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { BAD_BODIES } from "./support/bad-bodies.ts";
import { sendCutOff, statusOf } from "./support/raw.ts";
import { assertProblem, type Door, exchange, type Refusal, refusals } from "./support/refusals.ts";
import { breakOperation, startStack, type TestStack } from "./support/stack.ts";
import { settled, storeDigest } from "./support/store-digest.ts";

const test = suite("orders, bad input at the HTTP API");
let stack: TestStack;
let door: Door;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  // An HTTP API tells browsers of other origins what they may do, and others nothing.
  const headers = { origin: "http://localhost:5173", "content-type": "application/json" };
  door = { stack, url: stack.output("ordersHttpApiUrl"), headers };
});
test.after(() => stack?.stop());

const UNKNOWN = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const order = (changes: object = {}) =>
  JSON.stringify({ amount: 99.99, currency: "EUR", ...changes });
/** An amount as it is written, which may be a number that `JSON.stringify` does not write. */
const amount = (text: string) => `{"amount":${text},"currency":"EUR"}`;

/** What is wrong is written as pointer and code. */
type Wrong = [why: string, body: string, ...errors: string[]];

const FIELDS: Wrong[] = [
  ...["0", "-1", "-0.01", "-0"].map((text): Wrong => [`H2 ${text}`, amount(text), "/amount min"]),
  ["H2 0.001", amount("0.001"), "/amount min", "/amount format"],
  ["H2 1.005", amount("1.005"), "/amount format"],
  ["H2 0.30000000000000004", amount("0.30000000000000004"), "/amount format"],
  ["H2 1e-7", amount("1e-7"), "/amount min", "/amount format"],
  ["H2 1e21", amount("1e21"), "/amount max", "/amount format"],
  ["H2 1e400", amount("1e400"), "/amount max", "/amount format"],
  ["H2 9007199254740993", amount("9007199254740993"), "/amount max", "/amount format"],
  ["H2 1000000.01", amount("1000000.01"), "/amount max"],
  ...['"99.99"', "true", "null", "[1]", '{"$gt":0}'].map(
    (text): Wrong => [`H3 ${text}`, amount(text), "/amount type"],
  ),
  ["H3 no amount", '{"currency":"EUR"}', "/amount required"],
  ["H3 nothing at all", "{}", "/amount required", "/currency required"],
  ...["eur", "EURO", "E€R", " EUR", "XXX", "", "'; DROP TABLE orders;--", "__proto__"].map(
    (code): Wrong => [`H4 ${JSON.stringify(code)}`, order({ currency: code }), "/currency enum"],
  ),
  ["H4 123", order({ currency: 123 }), "/currency enum"],
  ["H4 no currency", order({ currency: undefined }), "/currency required"],
  ["H5 yen with cents", order({ amount: 10.5, currency: "JPY" }), "/amount decimals"],
  ...["orderId", "createdAt", "status", "PK", "door"].map(
    (name): Wrong => [`H6 ${name}`, order({ [name]: "x" }), `/${name} unknown_field`],
  ),
  [
    "X17 __proto__",
    order().replace("{", '{"__proto__":{"polluted":1},'),
    "/__proto__ unknown_field",
  ],
  ["X17 constructor", order({ constructor: { prototype: {} } }), "/constructor unknown_field"],
  [
    "lines without a customer",
    '{"items":[]}',
    "/customerId required",
    "/customerEmail required",
    "/items min_length",
  ],
];

const BAD_IDS = {
  "no UUID": "12",
  "upper case": UNKNOWN.toUpperCase(),
  "a space behind it": `${UNKNOWN}%20`,
  "2,000 characters": "a".repeat(2_000),
  "H10 a key of the table": `ORDER%23${UNKNOWN}`,
  "a path": "..%2F..%2Fetc%2Fpasswd",
  NUL: "%00",
  script: "%3Cscript%3E",
};

refusals(test, () => door, [
  ...BAD_BODIES.map((row) => ({ ...row, target: "/orders" })),
  ...FIELDS.map(
    ([why, body, ...wrong]): Refusal => ({
      why,
      target: "/orders",
      body,
      code: "validation_failed",
      errors: wrong.map((it) => it.split(" ") as [string, string]),
    }),
  ),
  ...[" ", "k".repeat(256), "a,b", "schlüssel"].map(
    (key): Refusal => ({
      why: `key ${key.slice(0, 20)}`,
      target: "/orders",
      headers: { "idempotency-key": key },
      body: order(),
      code: "idempotency_key_invalid",
      detail:
        "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.",
    }),
  ),
  ...["order-1", "7f9c2ba4e88f41eea9510242ac120002"].map(
    (key): Refusal => ({
      why: `key ${key} that is no UUID`,
      target: "/orders",
      headers: { "idempotency-key": key },
      body: order(),
      code: "idempotency_key_invalid",
      detail:
        "Idempotency-Key must be one UUID, because nothing else tells the clients of this API apart.",
    }),
  ),
  ...Object.entries(BAD_IDS).map(
    ([why, id]): Refusal => ({
      why: `H8 ${why}`,
      method: "GET",
      target: `/orders/${id}`,
      code: "invalid_parameter",
      detail: "orderId must be a lowercase UUID",
    }),
  ),
  {
    why: "H9 an unknown id",
    method: "GET",
    target: `/orders/${UNKNOWN}`,
    code: "not_found",
    detail: "There is no order with this id; a new order can take a moment until it is stored.",
  },
  ...[
    ["GET", "/orders"],
    ["GET", "/"],
    ["GET", "/ordersx"],
    ["GET", "//orders"],
    ["POST", "/orders/direct"],
    ["POST", "/orders/"],
    ["GET", `/orders/${UNKNOWN}/items`],
    ["PUT", "/orders"],
    ["PATCH", `/orders/${UNKNOWN}`],
    ["DELETE", `/orders/${UNKNOWN}`],
    ["GET", "/products/mug-blue"],
  ].map(
    ([method = "", target = ""]): Refusal => ({
      why: `H11 ${method} ${target}`,
      method,
      target,
      code: "not_found",
    }),
  ),
]);

test("H1, H7 an order has an id at once, and can be read when it is stored", async () => {
  const { headers } = door;
  const sent = await call("POST", `${door.url}/orders`, { headers, body: order() });
  assert.is(sent.status, 202);
  const { orderId, ...nothing } = sent.json;
  assert.equal(nothing, {});
  assert.match(String(orderId), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const read = await stack.until("the order", async () => {
    const answer = await call("GET", `${door.url}/orders/${orderId}`, { headers });
    assert.ok([200, 404].includes(answer.status));
    return answer.status === 200 ? answer.json : undefined;
  });
  assert.equal([read["orderId"], read["amount"], read["currency"]], [orderId, 99.99, "EUR"]);
  await settled(stack);
});

test("X1, X2 an API that asks for no key cares for none", async () => {
  const headers = { ...door.headers, "x-api-key": "nope" };
  assert.is((await call("GET", `${door.url}/orders/${UNKNOWN}`, { headers })).status, 404);
});

test("X9 more than 10 MB is refused by the gateway", async () => {
  const before = await storeDigest(stack);
  const body = "x".repeat(10 * 1024 * 1024 + 1);
  const answer = await call("POST", `${door.url}/orders`, { headers: door.headers, body });
  // What an HTTP API itself refuses has no other form.
  assert.equal([answer.status, answer.json], [413, { message: "Request Entity Too Large" }]);
  assert.is(await storeDigest(stack), before);
});

test("X22, X23 headers set nothing of the answer, and no other request", async () => {
  const headers = {
    "x-correlation-id": "a\\r\\nSet-Cookie: evil=1",
    "x-http-method-override": "DELETE",
    "x-forwarded-for": "1.2.3.4",
    accept: "application/xml",
  };
  const answer = await exchange(door, { target: "/orders", headers, body: "{" });
  assertProblem(answer, { code: "invalid_json" });
  assert.is(answer.headers["set-cookie"], undefined);
});

test("X24 a URL or headers that are too long are refused", async () => {
  const long = { method: "GET", target: `/orders/${"1".repeat(11_000)}` };
  const heavy = { target: "/orders", headers: { "x-heavy": "y".repeat(12_000) } };
  const answers = [await exchange(door, long), await exchange(door, heavy)];
  assert.equal(
    answers.map(({ status, text }) => [status, JSON.parse(text)]),
    [
      [414, { message: "Request URI Too Long" }],
      [431, { message: "Request Header Fields Too Large" }],
    ],
  );
});

test("X25 a body that is cut off writes nothing", async () => {
  const before = await storeDigest(stack);
  const head = `POST ${new URL(door.url).pathname}/orders HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"amount":`;
  const answer = await sendCutOff(door.url, head);
  assert.ok([0, 400, 408].includes(statusOf(answer)), answer);
  assert.is(await settled(stack), before);
});

test("X27 an unavailable queue is reported as such, and nothing is written", async () => {
  const before = await storeDigest(stack);
  const mend = breakOperation(stack, stack.services.sqs, "SendMessage");
  const answer = await exchange(door, { target: "/orders", body: order() });
  mend();
  assertProblem(answer, { code: "unavailable", detail: "The service is busy; try again." });
  assert.is(answer.headers["retry-after"], "1");
  assert.is(await settled(stack), before);
});

test.run();
