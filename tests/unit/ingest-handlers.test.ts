import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { IngestRecord } from "../../handlers/ingest/contract.ts";
import { handler as getUsers } from "../../handlers/ingest/get-users.ts";
import { createHandler } from "../../handlers/ingest/ingest.ts";
import { apiRequest, assertProblem } from "../support/api-request.ts";

const test = suite("ingest handlers");
// What the handlers log is not what is tested here.
console.info = () => {};
const ADA = { id: 7, name: "Ada", email: "ada@example.com", active: true };
const DAY = 24 * 60 * 60;

/** The handler over a table in memory, at a time that the test moves. */
function ingest() {
  const table = new Map<string, IngestRecord>();
  let seconds = 1_800_000_000;
  const handle = createHandler({
    keptSeconds: DAY,
    now: () => new Date(seconds * 1000),
    store: async (record, nowSeconds) => {
      const known = table.get(record.request_id);
      if (known && known.expires_at > nowSeconds) return known;
      table.set(record.request_id, record);
      return undefined;
    },
  });
  const post = (body: unknown, headers: Record<string, string> = { "Idempotency-Key": "k" }) =>
    handle(
      apiRequest({
        method: "POST",
        headers,
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  return { table, post, later: (by: number) => (seconds += by) };
}

test("a request is stored once, and answered the same ever after", async () => {
  const { post, table } = ingest();
  const first = await post({ users: [ADA] });
  assert.is(first.statusCode, 200);
  assert.equal(JSON.parse(first.body), {
    requestId: "request-1",
    status: "created",
    accepted: 1,
    dropped: {},
  });
  assert.is(first.headers?.["Idempotent-Replayed"], undefined);
  const second = await post({ users: [ADA] });
  assert.is(second.body, first.body);
  assert.is(second.headers?.["Idempotent-Replayed"], "true");
  assert.is(table.size, 1);
});

test("key order and white space make no other request", async () => {
  const { post, table } = ingest();
  await post('{"users":[{"id":7,"name":"Ada","email":"a@b.de","active":true}]}');
  const again = await post(
    '{ "users" : [ {"active":true,"email":"a@b.de","name":"Ada","id":7} ] }',
  );
  assert.is(again.headers?.["Idempotent-Replayed"], "true");
  assert.is(table.size, 1);
});

test("another body under the same key is refused and stores nothing", async () => {
  const { post, table } = ingest();
  await post({ users: [ADA] });
  const before = JSON.stringify([...table]);
  assertProblem(await post({ users: [] }), { status: 422, code: "idempotency_key_reused" });
  assert.is(JSON.stringify([...table]), before);
});

test("a key is free again when its time is over", async () => {
  const { post, later } = ingest();
  await post({ users: [ADA] });
  later(DAY - 1);
  assert.is((await post({ users: [ADA] })).headers?.["Idempotent-Replayed"], "true");
  later(1);
  assert.is((await post({ users: [] })).headers?.["Idempotent-Replayed"], undefined);
});

test("a quoted key is the same as the bare one, and the header's name has no case", async () => {
  const { post } = ingest();
  await post({ users: [] }, { "Idempotency-Key": "k" });
  for (const headers of [{ "idempotency-key": '"k"' }, { "IDEMPOTENCY-KEY": " k " }]) {
    assert.is(
      (await post({ users: [] }, headers as never)).headers?.["Idempotent-Replayed"],
      "true",
    );
  }
});

for (const [why, headers, code] of [
  ["no key", {}, "idempotency_key_missing"],
  ["an empty key", { "Idempotency-Key": "" }, "idempotency_key_invalid"],
  ["a key of spaces", { "Idempotency-Key": "   " }, "idempotency_key_invalid"],
  ["a key of 256 characters", { "Idempotency-Key": "k".repeat(256) }, "idempotency_key_invalid"],
  ["a key beyond ASCII", { "Idempotency-Key": "schlüssel" }, "idempotency_key_invalid"],
  ["a control character", { "Idempotency-Key": "a\u0007b" }, "idempotency_key_invalid"],
  ["two keys", { "Idempotency-Key": "a, b" }, "idempotency_key_invalid"],
  ["a key with a quote inside", { "Idempotency-Key": 'a"b' }, "idempotency_key_invalid"],
] as [string, Record<string, string>, string][]) {
  test(`${why} is refused and stores nothing`, async () => {
    const { post, table } = ingest();
    assertProblem(await post({ users: [] }, headers), { status: 400, code });
    assert.is(table.size, 0);
  });
}

test("a key of 255 characters is a key", async () => {
  const { post } = ingest();
  assert.is((await post({ users: [] }, { "Idempotency-Key": "k".repeat(255) })).statusCode, 200);
});

for (const [why, body, status, code] of [
  ["no list", { users: "x" }, 400, "validation_failed"],
  ["no users", {}, 400, "validation_failed"],
  ["an unknown field", { users: [], x: 1 }, 400, "validation_failed"],
  ["half a JSON", '{"users":', 400, "invalid_json"],
  ["a key twice", '{"users":[],"users":[]}', 400, "invalid_json"],
  ["10,001 users", { users: Array(10_001).fill(0) }, 413, "payload_too_large"],
  ["257 KiB", { users: ["x".repeat(257 * 1024)] }, 413, "payload_too_large"],
] as [string, unknown, number, string][]) {
  test(`a body with ${why} is refused and stores nothing`, async () => {
    const { post, table } = ingest();
    const result = await post(body);
    assert.equal([result.statusCode, JSON.parse(result.body).code], [status, code]);
    assert.is(table.size, 0);
  });
}

test("records that are not valid are dropped and counted, and no users are fine", async () => {
  const { post, table } = ingest();
  const users = [ADA, { ...ADA, id: "7x" }, null, { ...ADA, active: "yes" }];
  const { accepted, dropped } = JSON.parse((await post({ users })).body);
  assert.equal([accepted, dropped], [1, { invalid_id: 1, not_a_record: 1, invalid_active: 1 }]);
  assert.equal([...table.values()][0]?.users, [ADA]);
  const empty = await post({ users: [] }, { "Idempotency-Key": "other" });
  assert.is(JSON.parse(empty.body).accepted, 0);
});

const page = (values?: Record<string, string[]>) => {
  const event = apiRequest({ resource: "/users" });
  return getUsers({ ...event, multiValueQueryStringParameters: values ?? null });
};

test("users come whole or page by page", async () => {
  const whole = JSON.parse((await page()).body);
  assert.equal([whole.users.length, whole.count, whole.page], [500, 500, undefined]);
  const second = JSON.parse((await page({ page: ["2"] })).body);
  assert.equal(second.users, whole.users.slice(100, 200));
  assert.equal([second.page, second.pages], [2, 5]);
  assert.equal(JSON.parse((await page({ page: ["6"] })).body).users, []);
});

for (const values of ["0", "-1", "x", "", "1e2", "+5", " 5", "0x10"].map((value) => [value])) {
  test(`page=${values} is refused`, async () => {
    assertProblem(await page({ page: values }), { status: 400, code: "invalid_parameter" });
  });
}

test("a page that is named twice, or a parameter that is misspelt, is refused", async () => {
  assertProblem(await page({ page: ["1", "2"] }), { status: 400, code: "invalid_parameter" });
  assertProblem(await page({ pages: ["1"] }), { status: 400, code: "invalid_parameter" });
});

test.run();
