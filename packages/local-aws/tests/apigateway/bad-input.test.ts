import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gatewaysOf } from "../support/rest-api.ts";

const test = suite("rest-api-bad-input");

const { shop } = gatewaysOf(test);

test("refuses bodies over 10 MB, long addresses and large headers", async () => {
  const { call, raw, lambda } = await shop();
  const limit = 10 * 1024 * 1024;

  const tooLarge = await call("POST /orders", { body: "x".repeat(limit + 1) });
  const atLimit = await call("POST /orders", { body: "x".repeat(limit) });
  const tooLong = await call(`GET /orders/${"x".repeat(11_000)}`);
  const headers = `X-Long: ${"x".repeat(12_000)}\r\nConnection: close\r\n\r\n`;
  const tooMany = await raw(`GET /shop/prod/orders/1 HTTP/1.1\r\nHost: a\r\n${headers}`);

  assert.is(tooLarge.status, 413);
  assert.equal(await tooLarge.json(), { message: "Request Too Long" });
  assert.is(atLimit.status, 200);
  assert.is(tooLong.status, 414);
  assert.match(tooMany, /^HTTP\/1\.1 431 /);
  assert.is(lambda.calls.length, 1);
});

test("answers 400 to a path that is not UTF-8", async () => {
  const { raw, lambda } = await shop();
  for (const id of ["%ff", "%", "%C3%28"]) {
    const answer = await raw(
      `GET /shop/prod/orders/${id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 400 /, id);
  }
  assert.is(lambda.calls.length, 0);
});

test("calls nothing for a body that is cut, and lives on", async () => {
  const { raw, call, lambda } = await shop();
  const start = "POST /shop/prod/orders HTTP/1.1\r\nHost: a\r\n";

  const cut = await raw(`${start}Content-Length: 100\r\n\r\n{"a":1`, 20);
  const cutChunk = await raw(`${start}Transfer-Encoding: chunked\r\n\r\nff\r\n{"a"`, 20);
  const both = await raw(
    `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
  );

  for (const answer of [cut, cutChunk, both]) assert.match(answer, /^(HTTP\/1\.1 400 |$)/);
  assert.is(lambda.calls.length, 0);
  assert.is((await call("GET /orders/1")).status, 200);
});

test("lets no client write a response header", async () => {
  const { raw } = await shop();
  const answer = await raw(
    "GET /shop/prod/orders/1 HTTP/1.1\r\nHost: a\r\nX-A: b\nSet-Cookie: evil=1\r\nConnection: close\r\n\r\n",
  );
  assert.not.match(answer, /\r\nset-cookie:/i);
});

test("keeps names that objects have by themselves", async () => {
  const { call, lambda } = await shop();

  const response = await call("GET /orders/__proto__?__proto__=1&constructor=2");

  assert.is(response.status, 200);
  const payload = String(lambda.inputsOf("Invoke")[0]?.["Payload"]);
  assert.match(payload, '"pathParameters":{"id":"__proto__"}');
  assert.match(payload, '"queryStringParameters":{"__proto__":"1","constructor":"2"}');
});

test.run();
