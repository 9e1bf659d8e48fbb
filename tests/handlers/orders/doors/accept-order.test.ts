import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/doors/accept-order.ts";
import { handler as noSuchRoute } from "../../../../handlers/orders/doors/no-such-route.ts";
import { assertProblem } from "../../../support/api-request.ts";
import {
  CREATED_AT,
  httpApiRequest,
  ORDER_BODY,
  ORDER_ID,
} from "../../../support/order-samples.ts";

const test = suite("taking an order in by the HTTP API");
// What the handler logs is not what is tested here.
console.info = () => {};
console.error = () => {};
const KEY = "7f9c2ba4-e88f-41ee-a951-0242ac120002";
const OTHER_KEY = "7f9c2ba4-e88f-41ee-a951-0242ac120003";
// What orderIdFor makes of the key and the body's fingerprint.
const KEYED_ID = "c6525c2b-a04e-8722-aeba-d59d0e7d54d3";

function door() {
  const queue: unknown[] = [];
  let failure: Error | undefined;
  const handle = createHandler({
    send: async (...message) => {
      if (failure) throw failure;
      queue.push(message);
    },
    now: () => new Date(CREATED_AT),
    newId: () => ORDER_ID,
  });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    handle(
      httpApiRequest({
        routeKey: "POST /orders",
        headers,
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  const failWith = (error: Error) => {
    failure = error;
  };
  return { queue, post, failWith };
}

test("an order goes to the queue, and its place is named", async () => {
  const { queue, post } = door();
  const answer = await post(ORDER_BODY, { "x-correlation-id": "c-1" });
  assert.equal(answer, {
    statusCode: 202,
    headers: {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "Idempotent-Replayed,Location,Retry-After,x-amzn-RequestId",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Content-Type": "application/json",
      Location: `orders/${ORDER_ID}`,
    },
    body: `{"orderId":"${ORDER_ID}"}`,
  });
  const origin = { orderId: ORDER_ID, createdAt: CREATED_AT, door: "http", correlationId: "c-1" };
  assert.equal(queue, [[{ ...ORDER_BODY, currency: "EUR" }, origin, undefined]]);
});

test("an order of an amount is an order, and the request's id marks it", async () => {
  const { queue, post } = door();
  const body = { amount: 99.99, currency: "EUR" };
  assert.is((await post(body)).statusCode, 202);
  const origin = { orderId: ORDER_ID, createdAt: CREATED_AT, door: "http" };
  assert.equal(queue, [[body, { ...origin, correlationId: "request-1" }, undefined]]);
});

test("the same key with the same body is the same order; another key or body is another one", async () => {
  const { queue, post } = door();
  const idOf = async (key: string, body: unknown = ORDER_BODY) => {
    const answer = await post(body, { "idempotency-key": key });
    const { orderId } = JSON.parse(answer.body);
    assert.equal([answer.statusCode, answer.headers["Location"]], [202, `orders/${orderId}`]);
    return String(orderId);
  };
  const first = await idOf(KEY);
  assert.is(first, KEYED_ID);
  const { items, ...rest } = ORDER_BODY;
  for (const key of [`"${KEY}"`, KEY.toUpperCase()]) assert.is(await idOf(key), first);
  assert.is(await idOf(KEY, { items, ...rest }), first);
  assert.is.not(await idOf(OTHER_KEY), first);
  assert.is.not(await idOf(KEY, { amount: 1, currency: "EUR" }), first);
  const sent = queue as [unknown, { orderId: string }, string][];
  assert.is(sent.length, 6);
  assert.equal(new Set(sent.map(([, { orderId }]) => orderId)).size, 3);
  // With the key, the queue's consumer finds out that one key has two bodies.
  const keys = [KEY, KEY, KEY, KEY, OTHER_KEY, KEY];
  assert.equal(
    sent.map(([, , key]) => key),
    keys,
  );
});

for (const [what, body, headers, status, code] of [
  ["no JSON", "order", {}, 400, "invalid_json"],
  ["a field that is wrong", { amount: -1, currency: "EUR" }, {}, 400, "validation_failed"],
  ["half a yen", { amount: 0.5, currency: "JPY" }, {}, 400, "validation_failed"],
  [
    "a key that can be guessed",
    ORDER_BODY,
    { "idempotency-key": "order-1" },
    400,
    "idempotency_key_invalid",
  ],
  ["an empty key", ORDER_BODY, { "idempotency-key": "" }, 400, "idempotency_key_invalid"],
  ["two keys", ORDER_BODY, { "idempotency-key": "a, b" }, 400, "idempotency_key_invalid"],
  ["another type", ORDER_BODY, { "content-type": "text/xml" }, 415, "unsupported_media_type"],
  ["257 KiB", " ".repeat(257 * 1024), {}, 413, "payload_too_large"],
] as [string, unknown, Record<string, string>, number, string][]) {
  test(`a request with ${what} is refused, and nothing is sent`, async () => {
    const { queue, post } = door();
    const answer = await post(body, headers);
    assert.equal([answer.statusCode, JSON.parse(answer.body).code], [status, code]);
    assert.equal(queue, []);
  });
}

test("a key that is not a UUID is refused with the reason", async () => {
  const answer = await door().post(ORDER_BODY, { "idempotency-key": "order-1" });
  const { detail } = assertProblem(answer, { status: 400, code: "idempotency_key_invalid" });
  assert.is(
    detail,
    "Idempotency-Key must be one UUID, because nothing else tells the clients of this API apart.",
  );
});

test("half a yen is refused with the field's name", async () => {
  const answer = await door().post({ amount: 0.5, currency: "JPY" });
  const errors: [string, string][] = [["/amount", "decimals"]];
  assertProblem(answer, { status: 400, code: "validation_failed", errors });
});

test("a queue that is busy is a 503 that says when to come back", async () => {
  const { post, failWith } = door();
  failWith(Object.assign(new Error("no"), { name: "ServiceUnavailable" }));
  const answer = await post(ORDER_BODY);
  assertProblem(answer, { status: 503, code: "unavailable" });
  assert.is(answer.headers["Retry-After"], "1");
});

test("a queue that is not there is a 500", async () => {
  const { post, failWith } = door();
  failWith(Object.assign(new Error("no"), { name: "QueueDoesNotExist" }));
  assertProblem(await post(ORDER_BODY), { status: 500, code: "internal" });
});

test("a preflight of any path gets 204 with the CORS headers", async () => {
  const request = httpApiRequest({});
  Object.assign(request.requestContext.http, { method: "OPTIONS" });
  assert.equal(await noSuchRoute(request), {
    statusCode: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET,POST,OPTIONS",
      "access-control-allow-headers": "authorization,content-type,idempotency-key,x-correlation-id",
      "access-control-max-age": "86400",
    },
    body: "",
  });
});

test("a path that is not there is a problem document", async () => {
  const { detail } = assertProblem(await noSuchRoute(httpApiRequest({})), {
    status: 404,
    code: "not_found",
  });
  assert.is(detail, "There is no such path, or it does not support this method.");
});

test.run();
