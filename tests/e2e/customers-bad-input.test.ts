import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { sendCutOff, sendRaw, statusOf } from "./support/raw.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("customers, bad input over HTTP");
let stack: TestStack;
let url: string;
let key: string;
let path: string;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  url = stack.output("customersApiUrl");
  key = stack.output("customersApiKey");
  path = new URL(url).pathname;
});
test.after(() => stack?.stop());

interface Row {
  why: string;
  /** Sent as it is, so that no client tidies it up. */
  target: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  status: number;
  code?: string;
  pointer?: string;
  /** Items that the request may add. */
  writes?: 0 | 1;
}

const id = "/customers/ok";
const json = { "content-type": "application/json" };
const put = (
  why: string,
  body: string | Buffer,
  status: number,
  code?: string,
  rest: Partial<Row> = {},
): Row => ({
  why,
  target: id,
  method: "PUT",
  headers: json,
  body,
  status,
  ...(code && { code }),
  ...rest,
});
const badId = (why: string, target: string): Row[] =>
  ["PUT", "GET", "DELETE"].map((method) => ({
    why: `${method}: ${why}`,
    target: `/customers/${target}`,
    method,
    status: 400,
    code: "invalid_parameter",
  }));
const noKey = { "x-api-key": "" };

const ROWS: Row[] = [
  { why: "X1 no key", target: id, headers: noKey, status: 403, code: "forbidden" },
  {
    why: "X2 wrong key",
    target: id,
    headers: { "x-api-key": "nope" },
    status: 403,
    code: "forbidden",
  },
  {
    why: "X2 key of 129 characters",
    target: id,
    headers: { "x-api-key": "k".repeat(129) },
    status: 403,
    code: "forbidden",
  },
  { why: "X5 unknown path", target: "/customersx", status: 404, code: "not_found" },
  { why: "X5 double slash", target: "//customers/ok", status: 404, code: "not_found" },
  { why: "X6 PATCH", target: id, method: "PATCH", status: 404, code: "not_found" },
  { why: "X6 TRACE", target: id, method: "TRACE", status: 404, code: "not_found" },
  put("X10 300 KiB", JSON.stringify({ id: "x".repeat(300 * 1024) }), 413, "payload_too_large"),
  put("X11 text", "{}", 415, "unsupported_media_type", {
    headers: { "content-type": "text/plain" },
  }),
  put("X11 XML", "<a/>", 415, "unsupported_media_type", {
    headers: { "content-type": "application/xml" },
  }),
  put("X11 UTF-16", "{}", 415, "unsupported_media_type", {
    headers: { "content-type": "application/json; charset=utf-16" },
  }),
  put("X13 null", "null", 400, "validation_failed"),
  put("X13 list", "[]", 400, "validation_failed"),
  put("X13 text", '"x"', 400, "validation_failed"),
  put("X14 half", "{", 400),
  put("X14 trailing comma", '{"id":"ok",}', 400),
  put("X14 single quotes", "{'id':'ok'}", 400),
  put("X14 NaN", '{"id":NaN}', 400),
  put("X14 two documents", "{}{}", 400),
  put("X15 duplicate key", '{"id":"ok","id":"ok"}', 400, "invalid_json"),
  put("X16 depth 5000", "[".repeat(5000) + "]".repeat(5000), 400),
  put("X17 __proto__", '{"__proto__":{"polluted":1}}', 400),
  put("X18 extra property", '{"id":"ok","x":1}', 400, "validation_failed", { pointer: "/x" }),
  put("X19 BOM", "\ufeff{}", 400),
  put("X19 invalid UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), 400),
  put("X19 half a surrogate", '{"id":"\\ud800"}', 400),
  put("C11 another id", '{"id":"other"}', 400, "validation_failed", { pointer: "/id" }),
  put("C11 the same id", '{"id":"same-id"}', 201, undefined, {
    target: "/customers/same-id",
    writes: 1,
  }),
  put("C11 empty object", "{}", 201, undefined, { target: "/customers/empty-object", writes: 1 }),
  { why: "C3 no id", target: "/customers/", status: 404, code: "not_found" },
  ...badId("C4 a space", "%20"),
  ...badId("C4 a tab", "%09"),
  ...badId("C5 129 characters", "a".repeat(129)),
  ...badId("C5 2049 bytes", "a".repeat(2049)),
  ...badId("C6 NUL", "%00"),
  ...badId("C6 CR LF", "%0d%0a"),
  ...badId("C6 bad UTF-8", "%ff"),
  ...badId("C6 a bare percent sign", "%"),
  ...badId("C7 encoded path", "..%2F..%2Fetc%2Fpasswd"),
  ...badId("C7 encoded twice", "%252e%252e%252f"),
  ...badId("C7 encoded slash", "a%2Fb"),
  { why: "C7 a slash", target: "/customers/a/b", status: 404, code: "not_found" },
  ...badId("C8 umlaut", "%C3%BC"),
  ...badId("C8 Chinese", "%E7%94%A8%E6%88%B7"),
  ...badId("C8 right-to-left override", "a%E2%80%AEb"),
  ...badId("C9 __proto__", "__proto__"),
  ...badId("C10 SQL", "'%20OR%20'1'='1"),
  ...badId("C10 a star", "*"),
  ...badId("C10 braces", "%7Bid%7D"),
  {
    why: "C5 128 characters",
    target: `/customers/${"a".repeat(128)}`,
    method: "PUT",
    status: 201,
    writes: 1,
  },
  {
    why: "C9 constructor",
    target: "/customers/constructor",
    method: "PUT",
    status: 201,
    writes: 1,
  },
  {
    why: "X23 method override",
    target: id,
    method: "GET",
    headers: { "x-http-method-override": "PUT" },
    status: 404,
    code: "not_found",
  },
  {
    why: "X26 Accept XML",
    target: id,
    headers: { accept: "application/xml" },
    status: 404,
    code: "not_found",
  },
];

async function items(): Promise<number> {
  const TableName = stack.output("customersTableName");
  return (await new DynamoDBClient(stack.aws).send(new ScanCommand({ TableName }))).Count ?? 0;
}

for (const {
  why,
  target,
  method = "GET",
  headers,
  body = "",
  status,
  code,
  pointer,
  writes = 0,
} of ROWS) {
  test(why, async () => {
    const before = await items();
    const { "x-api-key": sentKey = key, ...others } = headers ?? {};
    const bytes = Buffer.from(body);
    const lines = [
      `${method} ${path}${target} HTTP/1.1`,
      "host: localhost",
      "connection: close",
      ...(sentKey ? [`x-api-key: ${sentKey}`] : []),
      ...Object.entries(others).map(([name, value]) => `${name}: ${value}`),
      ...(bytes.length > 0 ? [`content-length: ${bytes.length}`] : []),
    ];
    const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
    const answer = await sendRaw(url, Buffer.concat([head, bytes]));
    assert.is(statusOf(answer), status, answer.slice(0, 500));
    assert.match(answer, /\r\naccess-control-allow-origin: \*\r\n/i);
    assert.match(answer, /\r\nx-amzn-requestid: /i);
    const text = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    if (status >= 400) {
      assert.match(answer, /\r\ncontent-type: application\/problem\+json\r\n/i);
      const problem = JSON.parse(text);
      assert.is(problem.status, status);
      assert.is(problem.message, problem.detail);
      if (code) assert.is(problem.code, code);
      // The gateway's own check of the body names no field.
      if (pointer && problem.errors) assert.is(problem.errors[0].pointer, pointer);
      assert.not.match(text, /arn:aws|\.ts:|node_modules/);
    }
    assert.is((await items()) - before, writes);
    assert.is(({} as { polluted?: number }).polluted, undefined);
  });
}

test("X22 a header that tries to smuggle another one in sets nothing", async () => {
  const head = `GET ${path}${id} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\nx-note: a\\r\\nSet-Cookie: evil=1\r\nconnection: close\r\n\r\n`;
  const answer = await sendRaw(url, head);
  assert.is(statusOf(answer), 404);
  assert.not.match(answer, /\r\nset-cookie:/i);
});

test("X24 a URL or headers that are too long are refused as malformed", async () => {
  const long = await call("GET", `${url}/customers/ok?x=${"y".repeat(11_000)}`, {
    headers: { "x-api-key": key },
  });
  const heavy = await call("GET", `${url}/customers/ok`, {
    headers: { "x-api-key": key, "x-heavy": "y".repeat(12_000) },
  });
  // The gateway's own 414 and 431 take on the status that the program gives every other client error.
  for (const { status, json: problem } of [long, heavy]) {
    assert.equal([status, problem["status"], problem["code"]], [400, 400, "invalid_parameter"]);
  }
});

test("X25 a body that is cut off writes nothing", async () => {
  const before = await items();
  const head = `PUT ${path}/customers/cut HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":`;
  const answer = await sendCutOff(url, head);
  assert.ok([0, 400, 408].includes(statusOf(answer)), answer);
  assert.is(await items(), before);
});

test("X3 a key in the query, or in another case, opens nothing", async () => {
  assert.is((await call("GET", `${url}/customers/ok?x-api-key=${key}`)).status, 403);
  assert.is((await call("GET", `${url}/customers/ok?api_key=${key}`)).status, 403);
  const headers = { "x-api-key": key.toUpperCase() };
  assert.is((await call("GET", `${url}/customers/ok`, { headers })).status, 403);
  assert.is(
    (await call("GET", `${url}/customers/ok`, { headers: { "X-API-KEY": key } })).status,
    404,
  );
});

test("X9 more than 10 MB is refused by the gateway", async () => {
  const answer = await call("PUT", `${url}/customers/ok`, {
    headers: { "x-api-key": key, ...json },
    body: "x".repeat(10 * 1024 * 1024 + 1),
  });
  // API Gateway's own answer: it is the one that nobody can customise.
  assert.equal([answer.status, answer.json], [413, { message: "Request Too Long" }]);
});

test.run();
