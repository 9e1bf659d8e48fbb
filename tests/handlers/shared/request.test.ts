import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as v from "valibot";
import { closedObject } from "../../../handlers/shared/closed-object.ts";
import { jsonBody } from "../../../handlers/shared/request.ts";
import { respond } from "../../../handlers/shared/respond.ts";
import {
  apiRequest,
  assertAnswer,
  assertProblem,
  type ExpectedProblem,
  type RequestParts,
} from "../../support/api-request.ts";

const test = suite("request body");

const schema = closedObject({
  note: v.string("must be a string"),
  amount: v.optional(v.pipe(v.number(), v.minValue(1, "must be at least 1"))),
  "a/b~c": v.optional(v.array(closedObject({ n: v.number() }))),
});

const post = (parts: RequestParts) => {
  const event = apiRequest({ method: "POST", ...parts });
  return respond(event, async () => ({ status: 200, body: jsonBody(event, schema) }));
};

const invalidJson = { status: 400, code: "invalid_json" };
const unsupported = { status: 415, code: "unsupported_media_type" };
const invalid = (...errors: [string, string][]) => ({
  status: 400,
  code: "validation_failed",
  errors,
});
const json = '{"note":"x"}';
const sized = (bytes: number) => `{"note":"${"x".repeat(bytes - 11)}"}`;

const refused: [name: string, request: RequestParts, expected: ExpectedProblem][] = [
  ["no body", { body: null }, invalidJson],
  ["an empty body", { body: "" }, invalidJson],
  ["text that is not JSON", { body: "{'note':'x'}" }, invalidJson],
  ["a key twice", { body: '{"note":"x","note":"y"}' }, invalidJson],
  ["depth 33", { body: `{"note":${"[".repeat(32)}${"]".repeat(32)}}` }, invalidJson],
  ["a byte order mark", { body: `\uFEFF${json}` }, invalidJson],
  ["a byte order mark in base64", base64(Buffer.from(`\uFEFF${json}`)), invalidJson],
  ["bytes that are not UTF-8", base64(Buffer.from([0x22, 0xc3, 0x28, 0x22])), invalidJson],
  ["what a gateway makes of such bytes", { body: '{"note":"\uFFFD("}' }, invalidJson],
  ["a lone surrogate", { body: '{"note":"\\ud800"}' }, invalidJson],
  ["null", { body: "null" }, invalid(["", "type"])],
  ["a list", { body: "[]" }, invalid(["", "type"])],
  [
    "a list in place of an inner object",
    { body: '{"note":"x","a/b~c":[[]]}' },
    invalid(["/a~1b~0c/0", "type"]),
  ],
  ["a text", { body: '"x"' }, invalid(["", "type"])],
  ["a number", { body: "1" }, invalid(["", "type"])],
  ["true", { body: "true" }, invalid(["", "type"])],
  ["a missing field", { body: "{}" }, invalid(["/note", "required"])],
  ["a field of another type", { body: '{"note":1}' }, invalid(["/note", "type"])],
  ["an unknown field", { body: '{"note":"x","extra":1}' }, invalid(["/extra", "unknown_field"])],
  ["__proto__", { body: '{"note":"x","__proto__":{}}' }, invalid(["/__proto__", "unknown_field"])],
  [
    "constructor",
    { body: '{"note":"x","constructor":{"prototype":{}}}' },
    invalid(["/constructor", "unknown_field"]),
  ],
  [
    "every field that is wrong",
    { body: '{"note":null,"amount":0,"a/b~c":[{"n":1},{"n":"x"}]}' },
    invalid(["/note", "type"], ["/amount", "min"], ["/a~1b~0c/1/n", "type"]),
  ],
  ["text/plain", typed("text/plain"), unsupported],
  ["application/xml", typed("application/xml"), unsupported],
  ["a form", typed("multipart/form-data; boundary=x"), unsupported],
  ["UTF-16", typed("application/json; charset=utf-16"), unsupported],
  ["a type that only begins like JSON", typed("application/jsonp"), unsupported],
  ["gzip", { body: json, headers: { "Content-Encoding": "gzip" } }, unsupported],
  ["256 KiB and a byte", { body: sized(262_145) }, { status: 413, code: "payload_too_large" }],
  [
    "256 KiB and a byte in base64",
    base64(Buffer.from(sized(262_145))),
    { status: 413, code: "payload_too_large" },
  ],
];

for (const [name, request, expected] of refused) {
  test(`refuses ${name}`, async () => {
    assertProblem(await post(request), expected);
  });
}

const accepted: [name: string, request: RequestParts, body: object][] = [
  ["no content type", { body: json }, { note: "x" }],
  ["application/json", typed("application/json"), { note: "x" }],
  ["a charset in any case", typed('Application/JSON ; Charset="UTF-8"'), { note: "x" }],
  [
    "a header name in any case",
    { ...typed("text/plain"), headers: { ACCEPT: "x" } },
    { note: "x" },
  ],
  ["identity", { body: json, headers: { "content-encoding": "Identity" } }, { note: "x" }],
  ["base64", base64(Buffer.from('{"note":"größer"}')), { note: "größer" }],
  ["256 KiB", { body: sized(262_144) }, { note: "x".repeat(262_133) }],
  ["null characters where the schema lets them", { body: '{"note":"\\u0000"}' }, { note: "\0" }],
];

for (const [name, request, body] of accepted) {
  test(`reads ${name}`, async () => {
    assertAnswer(await post(request), 200, body);
  });
}

const harmless = [
  "'; DROP TABLE orders;--",
  "<script>",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of an injection attempt
  "${7*7}",
  "$util.qr(1)",
  "#set($x=1)",
  "{{7*7}}",
  "=cmd()",
];

for (const note of harmless) {
  test(`hands ${note} through as it is`, async () => {
    assertAnswer(await post({ body: JSON.stringify({ note }) }), 200, { note });
  });
}

test("tells of at most twenty fields", async () => {
  const body = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`x${n}`, n]));
  const result = await post({ body: JSON.stringify({ note: "x", ...body }) });
  assert.is(JSON.parse(result.body).errors.length, 1);

  const list = Array.from({ length: 30 }, () => ({ n: "x" }));
  const long = await post({ body: JSON.stringify({ note: "x", "a/b~c": list }) });
  assert.is(JSON.parse(long.body).errors.length, 20);
});

test("says how a field should be, and never what it was", async () => {
  const result = await post({ body: '{"note":"x","amount":-987654}' });
  assert.equal(JSON.parse(result.body).errors, [
    { pointer: "/amount", code: "min", message: "must be at least 1" },
  ]);
  assert.not.match(result.body, "987654");

  const odd = await post({ body: '{"note":["secret"]}' });
  assert.not.match(odd.body, "secret");
});

function typed(type: string): RequestParts {
  return { body: json, headers: { "Content-Type": type } };
}

function base64(bytes: Buffer): RequestParts {
  return { body: bytes.toString("base64"), isBase64Encoded: true };
}

test.run();
