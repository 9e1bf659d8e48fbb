import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HttpError } from "../../../handlers/shared/http-error.ts";
import { respond } from "../../../handlers/shared/respond.ts";
import { apiRequest, assertProblem, REQUEST_ID } from "../../support/api-request.ts";

const test = suite("respond");

const printed: unknown[] = [];
const print = console.error;
test.before.each(() => {
  printed.length = 0;
  console.error = (entry: unknown) => void printed.push(entry);
});
test.after.each(() => {
  console.error = print;
});

const event = apiRequest({ method: "PUT", resource: "/customers/{id}" });
const failing = (error: unknown) => respond(event, () => Promise.reject(error));
const named = (name: string, members: object = {}) =>
  Object.assign(new Error("table orders-1a2b in arn:aws:dynamodb:…"), { name, ...members });

test("answers with the work's body and headers", async () => {
  const headers = { Location: "/orders/1" };
  const answer = await respond(event, async () => ({ status: 202, body: { id: "1" }, headers }));
  assert.equal(answer, {
    statusCode: 202,
    headers: {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "Idempotent-Replayed,Location,Retry-After,x-amzn-RequestId",
      "Cache-Control": "no-store",
      "Content-Type": "application/json",
      "X-Content-Type-Options": "nosniff",
      Location: "/orders/1",
    },
    body: '{"id":"1"}',
  });
});

test("names the origin of the stack's settings, where they name one", async () => {
  process.env["CORS_ORIGIN"] = "https://shop.example";
  const { headers } = await respond(event, async () => ({ status: 200, body: {} }));
  delete process.env["CORS_ORIGIN"];
  assert.is(headers["Access-Control-Allow-Origin"], "https://shop.example");
});

test("answers an HttpError as a problem document, and logs nothing", async () => {
  const answer = await failing(
    new HttpError("not_found", "There is no such thing.", { members: { exists: false } }),
  );
  assert.equal(JSON.parse(answer.body), {
    type: "urn:problem-type:not-found",
    title: "Not found",
    status: 404,
    detail: "There is no such thing.",
    instance: `urn:request:${REQUEST_ID}`,
    code: "not_found",
    message: "There is no such thing.",
    exists: false,
  });
  assert.equal(printed, []);
});

test("says when to come back", async () => {
  const answer = await failing(new HttpError("throttled", "Slow down.", { retryAfterSeconds: 7 }));
  assertProblem(answer, { status: 429, code: "throttled" });
  assert.is(answer.headers?.["Retry-After"], "7");
});

const busy: [name: string, error: Error][] = [
  ["a throttled table", named("ProvisionedThroughputExceededException")],
  ["a throttled account", named("ThrottlingException")],
  ["a request limit", named("RequestLimitExceeded")],
  ["a transaction in progress", named("TransactionInProgressException")],
  ["a server fault", named("SomethingNew", { $fault: "server" })],
  ["a timeout", named("TimeoutError")],
  ["a refused connection", named("Error", { code: "ECONNREFUSED", syscall: "connect" })],
  ["a reset connection", named("Error", { code: "ECONNRESET" })],
];

for (const [name, error] of busy) {
  test(`answers 503 to ${name}`, async () => {
    const answer = await failing(error);
    assertProblem(answer, { status: 503, code: "unavailable" });
    assert.is(answer.headers?.["Retry-After"], "1");
    assert.is(printed.length, 1);
  });
}

const bugs: [name: string, error: unknown][] = [
  ["a bug", new TypeError("undefined is not table orders-1a2b")],
  ["a denied call", named("AccessDeniedException", { $fault: "client" })],
  ["something thrown that is no error", "table orders-1a2b"],
];

for (const [name, error] of bugs) {
  test(`answers 500 to ${name}, tells the log and not the client`, async () => {
    const answer = await failing(error);
    assertProblem(answer, { status: 500, code: "internal" });
    assert.not.match(answer.body, "orders-1a2b");
    assert.match(JSON.stringify(printed), "orders-1a2b");
    assert.match(JSON.stringify(printed), '"event":"request_failed","route":"PUT /customers/{id}"');
  });
}

test.run();
