import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { sendCutOff, sendRaw, statusOf } from "./support/raw.ts";
import { assertProblem, type Door, exchange, type Refusal, refusals } from "./support/refusals.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { settled, storeDigest } from "./support/store-digest.ts";

const test = suite("orders, what the gateway of the keyed API refuses");
let stack: TestStack;
let door: Door;
let key: string;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  key = stack.output("ordersApiKey");
  const headers = { "x-api-key": key, "content-type": "application/json" };
  door = { stack, url: stack.output("ordersApiUrl"), headers };
});
test.after(() => stack?.stop());

const UNKNOWN = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const BODY = JSON.stringify({ amount: 1, currency: "EUR" });
const ROUTES: [method: string, target: string, body: string][] = [
  ["POST", "/orders", BODY],
  ["POST", "/orders/direct", BODY],
  ["GET", "/orders", ""],
  ["GET", `/orders/${UNKNOWN}`, ""],
  ["PUT", "/products/mug-blue", '{"stock":1}'],
  ["GET", "/products/mug-blue", ""],
];

const KEYS: [why: string, refusal: Partial<Refusal>][] = [
  ["X1 no key", { headers: { "x-api-key": "" } }],
  ["X2 a wrong key", { headers: { "x-api-key": "nope" } }],
  ["X2 a key with a space", { headers: { "x-api-key": "no key" } }],
  ["X2 a key of 129 characters", { headers: { "x-api-key": "k".repeat(129) } }],
];

refusals(test, () => door, [
  ...ROUTES.flatMap(([method, target, body]) => [
    ...KEYS.map(([why, refusal]): Refusal => {
      const named = `${why}: ${method} ${target}`;
      return { method, target, body, code: "forbidden", ...refusal, why: named };
    }),
    ...["PATCH", "TRACE", "DELETE"].map(
      (other): Refusal => ({
        why: `X6 ${other} ${target} for ${method}`,
        method: other,
        target,
        body,
        code: "not_found",
      }),
    ),
  ]),
  ...[
    "/ordersx",
    // Slashes after the stage count as one.
    "//ordersx",
    "/orders/direct/more",
    "/products",
    `/orders/${UNKNOWN}/items`,
    "/",
  ].map((target): Refusal => ({ why: `X5 ${target}`, target, body: BODY, code: "not_found" })),
]);

test("X2 keys of other plans, and two keys, open nothing", async () => {
  const before = await storeDigest(stack);
  const others = [stack.output("customersApiKey"), key.toUpperCase()];
  for (const [method, target, body] of ROUTES) {
    for (const other of others) {
      const headers = { "x-api-key": other };
      const answer = await exchange(door, { method, target, headers, body });
      assertProblem(answer, { code: "forbidden" });
    }
  }
  const lines = [`x-api-key: ${key}`];
  const twice = await exchange(door, { target: "/orders", lines, body: BODY });
  assertProblem(twice, { code: "forbidden" });
  assert.is(await storeDigest(stack), before);
});

test("X3 a key in the query opens nothing, and the header's name may have any case", async () => {
  for (const name of ["x-api-key", "api_key", "apikey"]) {
    assert.is((await call("GET", `${door.url}/orders?${name}=${key}`)).status, 403);
  }
  const headers = { "X-API-KEY": key };
  assert.is((await call("GET", `${door.url}/orders`, { headers })).status, 200);
});

test("X5 a path that goes up reaches no other resource", async () => {
  const targets = ["/orders/../customers", "/orders/..%2Fcustomers", "/orders/%2e%2e/products"];
  for (const target of targets) {
    const answer = await exchange(door, { method: "GET", target });
    assert.ok([400, 404].includes(answer.status), answer.text);
    assert.is(answer.headers["content-type"], "application/problem+json");
  }
});

test("X5 a trailing slash is ignored", async () => {
  assert.is((await call("GET", `${door.url}/orders/`, { headers: door.headers })).status, 200);
});

test("X7 a browser may ask what it may send, without a key", async () => {
  for (const target of ["/orders", "/orders/direct", `/orders/${UNKNOWN}`, "/products/mug-blue"]) {
    const { status, headers } = await call("OPTIONS", `${door.url}${target}`, {
      headers: { origin: "http://localhost:5173", "access-control-request-method": "POST" },
    });
    assert.is(status, 204);
    assert.is(headers.get("access-control-allow-origin"), "*");
    assert.match(headers.get("access-control-allow-headers") ?? "", /Idempotency-Key.*X-Api-Key/);
    assert.match(headers.get("access-control-allow-methods") ?? "", /OPTIONS/);
    assert.is(headers.get("access-control-allow-credentials"), null);
  }
});

test("X9 more than 10 MB is refused by the gateway", async () => {
  const before = await storeDigest(stack);
  const body = "x".repeat(10 * 1024 * 1024 + 1);
  for (const target of ["/orders", "/orders/direct"]) {
    const answer = await call("POST", `${door.url}${target}`, { headers: door.headers, body });
    // API Gateway's own answer: it is the one that nobody can customise.
    assert.equal([answer.status, answer.json], [413, { message: "Request Too Long" }]);
  }
  assert.is(await storeDigest(stack), before);
});

test("X22 a header that tries to smuggle another one in sets nothing", async () => {
  for (const value of ["a\\r\\nSet-Cookie: evil=1", "a%0d%0aSet-Cookie:%20evil=1"]) {
    const headers = { "x-correlation-id": value, "idempotency-key": "x22" };
    const answer = await exchange(door, { target: "/orders", headers, body: "{" });
    assert.is(answer.status, 400);
    assert.is(answer.headers["set-cookie"], undefined);
  }
  // A line break of its own ends the header: what follows is the client's own, and never comes back.
  const headers = { "x-correlation-id": "a\r\nSet-Cookie: evil=1" };
  const answer = await exchange(door, { target: "/orders", headers, body: "{" });
  assert.is(answer.headers["set-cookie"], undefined);
});

test("X23 headers that claim another method or path change nothing", async () => {
  const headers = { "x-http-method-override": "PUT", "x-forwarded-for": "127.0.0.1" };
  const answer = await exchange(door, {
    method: "GET",
    target: "/products/mug-blue",
    headers: { ...headers, "x-forwarded-host": "evil.example" },
  });
  const detail = "The stock of this product is not tracked.";
  assertProblem(answer, { code: "not_found", detail });
});

test("X24 a URL or headers that are too long are refused as malformed", async () => {
  const long = { method: "GET", target: `/orders?limit=${"1".repeat(11_000)}` };
  const heavy = { target: "/orders", headers: { "x-heavy": "y".repeat(12_000) } };
  for (const request of [long, heavy]) {
    // The gateway's own 414 and 431 take on the status that the program gives every other client error.
    assertProblem(await exchange(door, request), {
      code: "invalid_parameter",
      detail: "The request is malformed.",
    });
  }
});

test("X25 a body that is cut off, or longer than it says, writes nothing beyond it", async () => {
  const before = await storeDigest(stack);
  const head = (length: number) =>
    `POST ${new URL(door.url).pathname}/orders HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const cut = await sendCutOff(door.url, `${head(100)}{"amount":`);
  assert.ok([0, 400, 408].includes(statusOf(cut)), cut);
  const short = await sendRaw(door.url, `${head(10)}${BODY}`);
  assert.is(statusOf(short), 400);
  const both = head(4).replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n");
  const smuggled = await sendRaw(door.url, `${both}0\r\n\r\n${head(BODY.length)}${BODY}`);
  assert.is(statusOf(smuggled), 400);
  assert.is(await settled(stack), before);
});

test("X4 more than the plan allows is refused until later", async () => {
  const before = await storeDigest(stack);
  // The direct door's bodies are checked by the gateway itself, so that hundreds cost nothing.
  const request = { target: "/orders/direct", body: "{" };
  const answers = await Promise.all(Array.from({ length: 400 }, () => exchange(door, request)));
  const throttled = answers.filter(({ status }) => status === 429);
  assert.ok(throttled.length > 0 && throttled.length < 400, `${throttled.length} of 400`);
  for (const answer of throttled) {
    const detail = "There were too many requests; try again later.";
    assertProblem(answer, { code: "throttled", detail });
    assert.is(answer.headers["retry-after"], "1");
  }
  assert.ok(answers.every(({ status }) => status === 400 || status === 429));
  assert.is(await storeDigest(stack), before);
});

test.run();
