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
// What orderIdFor makes of the key k.
const KEYED_ID = "dfabeddb-5b56-8914-a3cb-470e065ae546";

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
  assert.equal(queue, [[{ ...ORDER_BODY, currency: "EUR" }, origin]]);
});

test("an order of an amount is an order, and the request's id marks it", async () => {
  const { queue, post } = door();
  const body = { amount: 99.99, currency: "EUR" };
  assert.is((await post(body)).statusCode, 202);
  const origin = { orderId: ORDER_ID, createdAt: CREATED_AT, door: "http" };
  assert.equal(queue, [[body, { ...origin, correlationId: "request-1" }]]);
});

test("the same key is the same order, and another key another one", async () => {
  const { queue, post } = door();
  const ids: unknown[] = [];
  for (const key of ["k", '"k"', "K"]) {
    const answer = await post(ORDER_BODY, { "idempotency-key": key });
    const { orderId } = JSON.parse(answer.body);
    assert.is(answer.headers["Location"], `orders/${orderId}`);
    ids.push(orderId);
  }
  assert.equal(ids.slice(0, 2), [KEYED_ID, KEYED_ID]);
  assert.is.not(ids[2], KEYED_ID);
  assert.equal(
    queue.map((message) => (message as [unknown, { orderId: string }])[1].orderId),
    ids,
  );
});

for (const [what, body, headers, status, code] of [
  ["no JSON", "order", {}, 400, "invalid_json"],
  ["a field that is wrong", { amount: -1, currency: "EUR" }, {}, 400, "validation_failed"],
  ["half a yen", { amount: 0.5, currency: "JPY" }, {}, 400, "validation_failed"],
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

test("half a yen is told of its field", async () => {
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
