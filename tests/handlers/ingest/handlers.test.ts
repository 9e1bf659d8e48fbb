import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { IngestRecord } from "../../../handlers/ingest/contract.ts";
import { handler as getUsers } from "../../../handlers/ingest/get-users.ts";
import { createHandler } from "../../../handlers/ingest/ingest.ts";
import { apiRequest, assertProblem } from "../../support/api-request.ts";

const test = suite("ingest handlers");
// What the handlers log is not what is tested here.
console.info = () => {};
const ADA = { id: 7, name: "Ada", email: "ada@example.com", active: true };
const DAY = 24 * 60 * 60;

/** The handler over a table in memory, at a time that the test moves. */
function ingest() {
  const table = new Map<string, IngestRecord>();
  let seconds = 1_800_000_000;
  let answerLost = false;
  const handle = createHandler({
    keptSeconds: DAY,
    now: () => new Date(seconds * 1000),
    store: async (record, nowSeconds) => {
      const known = table.get(record.request_id);
      if (known && known.expires_at > nowSeconds) return known;
      table.set(record.request_id, record);
      if (answerLost) {
        answerLost = false;
        throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
      }
      return undefined;
    },
  });
  const request = (body: unknown, headers: Record<string, string>) =>
    apiRequest({
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const post = (body: unknown, headers: Record<string, string> = { "Idempotency-Key": "k" }) =>
    handle(request(body, headers));
  /** A request with the header named more than once. */
  const postTwoKeys = (...keys: string[]) =>
    handle({
      ...request({ users: [] }, { "Idempotency-Key": keys.at(-1) ?? "" }),
      multiValueHeaders: { "Idempotency-Key": keys },
    });
  /** A request of the caller with this API key. */
  const postAs = (apiKeyId: string, body: unknown) => {
    const event = request(body, { "Idempotency-Key": "k" });
    const { requestContext } = event;
    const identity = { apiKeyId } as typeof requestContext.identity;
    return handle({ ...event, requestContext: { ...requestContext, identity } });
  };
  return {
    table,
    post,
    postAs,
    postTwoKeys,
    later: (by: number) => (seconds += by),
    loseNextAnswer: () => {
      answerLost = true;
    },
  };
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

test("ten equal requests at once store one, and all get the same answer", async () => {
  const { post, table } = ingest();
  const answers = await Promise.all(Array.from({ length: 10 }, () => post({ users: [ADA] })));
  assert.is(new Set(answers.map(({ body }) => body)).size, 1);
  const replayed = answers.filter(({ headers }) => headers?.["Idempotent-Replayed"] === "true");
  assert.equal([replayed.length, table.size], [9, 1]);
});

test("a retry after an answer that was lost finds what was stored", async () => {
  const { post, table, loseNextAnswer } = ingest();
  const { error } = console;
  console.error = () => {};
  loseNextAnswer();
  const lost = await post({ users: [ADA] });
  console.error = error;
  assert.equal([lost.statusCode, lost.headers?.["Retry-After"]], [503, "1"]);
  const retried = await post({ users: [ADA] });
  assert.equal([retried.statusCode, retried.headers?.["Idempotent-Replayed"]], [200, "true"]);
  assert.is(table.size, 1);
});

test("keys of different callers never meet", async () => {
  const { postAs, post, table } = ingest();
  for (const answer of [
    await postAs("mine", { users: [ADA] }),
    await postAs("theirs", { users: [] }),
    await post({ users: [ADA, ADA] }),
  ]) {
    assert.equal([answer.statusCode, answer.headers?.["Idempotent-Replayed"]], [200, undefined]);
  }
  assert.equal([...table.keys()], ["ingest#mine#k", "ingest#theirs#k", "ingest#public#k"]);
});

test("a repeated header with one key is one key, and two different keys are refused", async () => {
  const { postTwoKeys, table } = ingest();
  assertProblem(await postTwoKeys("a", "b"), { status: 400, code: "idempotency_key_invalid" });
  assert.is(table.size, 0);
  assert.is((await postTwoKeys("a", '"a"')).statusCode, 200);
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
  [
    "text that is too large once it is composed",
    {
      users: Array.from({ length: 1300 }, (_, id) => ({
        ...ADA,
        id,
        name: "\u{1D160}".repeat(33),
      })),
    },
    413,
    "payload_too_large",
  ],
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
