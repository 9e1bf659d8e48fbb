import type { Refusal } from "./refusals.ts";

/** A body that no function reads, whatever it is meant for. */
export type BadBody = Pick<Refusal, "why" | "headers" | "body" | "code" | "detail" | "errors">;

const notUtf8 = "The body is not UTF-8.";
const cannotRead = (why: string) => `The body cannot be read: ${why}.`;
const whole: [string, string][] = [["", "type"]];

/** Bodies that are refused before anybody looks at their fields. */
export const BAD_BODIES: BadBody[] = [
  { why: "X10 300 KiB", body: `{"x":"${"x".repeat(300 * 1024)}"}`, code: "payload_too_large" },
  ...[
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/jsonx",
  ].map(
    (type): BadBody => ({
      why: `X11 ${type}`,
      headers: { "content-type": type },
      body: "{}",
      code: "unsupported_media_type",
    }),
  ),
  {
    why: "X11 compressed",
    headers: { "content-encoding": "gzip" },
    body: "{}",
    code: "unsupported_media_type",
    detail: "The body must not be compressed.",
  },
  ...Object.entries({
    "X12 no body": "",
    "X12 only spaces": "  \r\n ",
    "X14 half an object": "{",
    "X14 trailing comma": '{"amount":1,}',
    "X14 single quotes": "{'amount':1}",
    "X14 NaN": '{"amount":NaN}',
    "X14 Infinity": '{"amount":Infinity}',
    "X14 a comment": '{"amount":1} // all',
    "X14 two documents": "{}{}",
    "X14 a leading zero": '{"amount":01}',
    "X14 a form": "amount=1&currency=EUR",
    "X19 BOM": "\ufeff{}",
    "X19 NUL as it is": '{"amount":"\u0000"}',
  }).map(([why, body]): BadBody => ({ why, body, code: "invalid_json" })),
  ...Object.entries({ null: "null", list: "[]", text: '"x"', number: "1", true: "true" }).map(
    ([what, body]): BadBody => ({
      why: `X13 ${what}`,
      body,
      code: "validation_failed",
      errors: whole,
    }),
  ),
  {
    why: "X15 duplicate key",
    body: '{"amount":1,"amount":2}',
    code: "invalid_json",
    detail: cannotRead("an object has the same key twice"),
  },
  {
    why: "X15 duplicate key, written otherwise",
    body: '{"amount":1,"\\u0061mount":2}',
    code: "invalid_json",
    detail: cannotRead("an object has the same key twice"),
  },
  ...[33, 5_000].map(
    (depth): BadBody => ({
      why: `X16 ${depth} levels`,
      body: "[".repeat(depth) + "]".repeat(depth),
      code: "invalid_json",
      detail: cannotRead("it is nested deeper than 32 levels"),
    }),
  ),
  {
    why: "X19 bytes that are not UTF-8",
    body: Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
    code: "invalid_json",
    detail: notUtf8,
  },
  {
    why: "X19 half a surrogate pair",
    body: '{"amount":"\\ud800"}',
    code: "invalid_json",
    detail: cannotRead("a string holds half of a surrogate pair"),
  },
];
