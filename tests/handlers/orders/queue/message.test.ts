import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readMessage } from "../../../../handlers/orders/queue/message.ts";
import { CREATED_AT, ORDER_BODY, ORDER_ID } from "../../../support/order-samples.ts";

const test = suite("messages of the orders queue");
const ATTRIBUTES = {
  door: "direct",
  orderId: ORDER_ID,
  createdAt: String(Date.parse(CREATED_AT)),
  caller: "key-1",
  correlationId: "c-1",
};
const ORIGIN = {
  door: "direct",
  orderId: ORDER_ID,
  createdAt: CREATED_AT,
  correlationId: "c-1",
};
const SIMPLE = '{"amount":1,"currency":"EUR"}';
const BODY = { amount: 1, currency: "EUR" };

function assertPoison(text: string, attributes: Record<string, string>, reason: string) {
  assert.is(readMessage(text, attributes).poison?.message, reason);
}

test("a message without a door is of an order that is stored", () => {
  const text = JSON.stringify({ orderId: ORDER_ID, createdAt: CREATED_AT });
  const stored = { kind: "stored", orderId: ORDER_ID, createdAt: CREATED_AT };
  assert.equal(readMessage(text, {}).order, stored);
  assert.equal(readMessage(text, { idempotencyKey: '"' }).order, stored);
});

test("a message with a door is an order, and its attributes say where it comes from", () => {
  assert.equal(readMessage(JSON.stringify(ORDER_BODY), ATTRIBUTES).order, {
    kind: "unstored",
    body: { ...ORDER_BODY, currency: "EUR" },
    origin: ORIGIN,
  });
  const http = { ...ATTRIBUTES, door: "http" };
  const message = { kind: "unstored", body: BODY, origin: { ...ORIGIN, door: "http" } };
  assert.equal(readMessage(SIMPLE, http).order, message);
});

test("keys of different callers never meet", () => {
  const keyOf = (other: Record<string, string | undefined>) => {
    const { order } = readMessage(SIMPLE, { ...ATTRIBUTES, ...other });
    return order?.kind === "unstored" ? order.key : undefined;
  };
  assert.equal(keyOf({ idempotencyKey: "k" }), { scope: "orders-direct#key-1", key: "k" });
  assert.equal(keyOf({ idempotencyKey: ' "k" ' }), { scope: "orders-direct#key-1", key: "k" });
  const nobody = { idempotencyKey: "k", caller: undefined };
  assert.equal(keyOf(nobody), { scope: "orders-direct#public", key: "k" });
  assert.is(keyOf({}), undefined);
});

test("an order without a proper correlation id is marked with its own id", () => {
  for (const correlationId of [undefined, "", "a b", "ä", "-a", "x".repeat(129)]) {
    const { order: message } = readMessage(SIMPLE, { ...ATTRIBUTES, correlationId });
    const origin = { ...ORIGIN, correlationId: ORDER_ID };
    assert.equal(message, { kind: "unstored", body: BODY, origin });
  }
});

const JSON_REASON = "invalid_json: it is not JSON";
for (const [what, text, reason] of [
  ["no JSON", "order 66", JSON_REASON],
  ["nothing", "", JSON_REASON],
  ["half a JSON", '{"orderId":', JSON_REASON],
  [
    "a key twice",
    '{"orderId":"a","orderId":"b"}',
    "invalid_json: an object has the same key twice",
  ],
  ["a list", "[]", "validation_failed: /orderId is required; /createdAt is required"],
  ["null", "null", "validation_failed: the body must be of type Object"],
  ["a number", "7", "validation_failed: the body must be of type Object"],
  ["nothing in it", "{}", "validation_failed: /orderId is required; /createdAt is required"],
  [
    "an id that is no UUID",
    JSON.stringify({ orderId: "66", createdAt: CREATED_AT }),
    "validation_failed: /orderId must be a lowercase UUID",
  ],
  [
    "a time that is none",
    JSON.stringify({ orderId: ORDER_ID, createdAt: "yesterday" }),
    "validation_failed: /createdAt must be a time such as 2026-11-21T09:30:00.000Z",
  ],
] as const) {
  test(`${what} is no stored order`, () => assertPoison(text, {}, reason));
}

for (const [what, text, reason] of [
  ["no JSON", "order 66", JSON_REASON],
  [
    "half of a surrogate pair",
    '{"amount":"\\ud800"}',
    "invalid_json: a string holds half of a surrogate pair",
  ],
  [
    "33 levels",
    "[".repeat(33) + "]".repeat(33),
    "invalid_json: it is nested deeper than 32 levels",
  ],
  ["nothing in it", "{}", "validation_failed: /amount is required; /currency is required"],
  ["a list", "[]", "validation_failed: the body must be of type Object"],
  [
    "several mistakes",
    JSON.stringify({ amount: -1, currency: "XXX", note: "secret" }),
    "validation_failed: /amount must be at least 0.01; /currency must be one of AUD, BRL, CAD, CHF, CZK, DKK, EUR, GBP, HKD, HUF, ILS, INR, JPY, KRW, MXN, NOK, NZD, PLN, RON, SEK, SGD, TRY, USD, ZAR; /note is not a known field",
  ],
] as const) {
  test(`${what} is no order`, () => assertPoison(text, ATTRIBUTES, reason));
}

const KEY_REASON =
  "idempotency_key_invalid: Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.";
for (const [what, other, reason] of [
  ["an unknown door", { door: "back" }, "validation_failed: /door must be http or direct"],
  [
    "the door of stored orders",
    { door: "rest" },
    "validation_failed: /door must be http or direct",
  ],
  [
    "no door at all, but an empty one",
    { door: "" },
    "validation_failed: /door must be http or direct",
  ],
  [
    "an id that is no UUID",
    { orderId: "66" },
    "validation_failed: /orderId must be a lowercase UUID",
  ],
  [
    "a time in seconds",
    { createdAt: "1795253400" },
    "validation_failed: /createdAt must be milliseconds since 1970",
  ],
  ["an empty key", { idempotencyKey: "" }, KEY_REASON],
  ["two keys", { idempotencyKey: "a, b" }, KEY_REASON],
  ["a key of 256 characters", { idempotencyKey: "k".repeat(256) }, KEY_REASON],
] as [string, Record<string, string>, string][]) {
  test(`${what} beside an order is refused`, () => {
    assertPoison(SIMPLE, { ...ATTRIBUTES, ...other }, reason);
  });
}

test("an order without its id or its time is refused", () => {
  const reason = "validation_failed: /orderId is required; /createdAt is required";
  assertPoison(SIMPLE, { door: "http" }, reason);
});

test("a reason names fields, and repeats no value", () => {
  const { poison } = readMessage('{"amount":"4111 1111","currency":"5500"}', ATTRIBUTES);
  assert.not.match(poison?.message ?? "", /4111|5500/);
  assert.match(poison?.message ?? "", /^validation_failed: \/amount must be a number; \/curr/);
});

test.run();
