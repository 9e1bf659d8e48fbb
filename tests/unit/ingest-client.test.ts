import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cleanUser, cleanUsers } from "../../handlers/ingest/clean-users.ts";
import type { Outside } from "../../handlers/ingest/client/http.ts";
import { FetchFailed, type Progress, pullUsers } from "../../handlers/ingest/client/pull.ts";
import { waitBefore } from "../../handlers/ingest/client/retry.ts";
import { clientSettings, SettingsError } from "../../handlers/ingest/client/settings.ts";
import { activeUsers, batchesOf, recordsIn } from "../../handlers/ingest/client/stages.ts";
import { messyUsers } from "../../handlers/ingest/messy-users.ts";

const test = suite("ingest client");
const GET = "http://upstream/users";
const POST = "http://here/ingest";
const ADA = { id: 7, name: "Ada", email: "ada@example.com", active: true };

const silent: Progress = { fetched() {}, cleaned() {}, retrying() {}, posted() {} };
const settings = clientSettings({ URL_GET: GET, URL_POST: POST });

type Reply = Response | "hang" | "refuse";

/** A world of scripted answers, in which waiting takes no time and is written down. */
function world(replies: { get?: Reply[]; post?: Reply[] }) {
  const waits: number[] = [];
  const sent: { url: string; key: string | null; body: string }[] = [];
  const outside: Outside = {
    random: () => 1,
    sleep: async (ms) => void waits.push(ms),
    after: (_ms, callback) => {
      const timer = setImmediate(() => setImmediate(callback));
      return () => clearImmediate(timer);
    },
    fetch: (async (url: string, init: RequestInit) => {
      const key = new Headers(init.headers).get("idempotency-key");
      sent.push({ url, key, body: String(init.body ?? "") });
      const list = url === GET ? replies.get : replies.post;
      const reply = list?.shift();
      if (reply === "hang") {
        return new Promise((_resolve, reject) => {
          init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        });
      }
      if (reply === "refuse")
        throw new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") });
      return reply ?? json({ users: [ADA] });
    }) as typeof fetch,
  };
  return { outside, waits, sent };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

const run = (outside: Outside) => pullUsers(settings, outside, silent);

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
}

for (const [record, cleaned] of [
  [ADA, ADA],
  [{ ...ADA, id: " 7 " }, ADA],
  [{ ...ADA, id: "7" }, ADA],
  [{ ...ADA, active: "TRUE" }, ADA],
  [
    { ...ADA, active: " false " },
    { ...ADA, active: false },
  ],
  [
    { ...ADA, name: "  Ada   L " },
    { ...ADA, name: "Ada L" },
  ],
  [{ ...ADA, email: " ADA@Example.com " }, ADA],
  [{ ...ADA, signedUp: "2026" }, ADA],
  [{ ...ADA, id: "7x" }, "invalid_id"],
  [{ ...ADA, id: 7.5 }, "invalid_id"],
  [{ ...ADA, id: -1 }, "invalid_id"],
  [{ ...ADA, id: null }, "invalid_id"],
  [{ ...ADA, name: "  " }, "invalid_name"],
  [{ ...ADA, name: 5 }, "invalid_name"],
  [{ ...ADA, email: undefined }, "invalid_email"],
  [{ ...ADA, email: "not an address" }, "invalid_email"],
  [{ ...ADA, active: "yes" }, "invalid_active"],
  [{ ...ADA, active: 1 }, "invalid_active"],
  [null, "not_a_record"],
  [[], "not_a_record"],
  ["x", "not_a_record"],
] as const) {
  test(`${JSON.stringify(record)} becomes ${JSON.stringify(cleaned)}`, () => {
    assert.equal(cleanUser(record), cleaned);
  });
}

test("records that cannot be saved are counted by reason", () => {
  assert.equal(cleanUsers([ADA, null, { ...ADA, id: "x" }, { ...ADA, id: "y" }]), {
    users: [ADA],
    dropped: { not_a_record: 1, invalid_id: 2 },
  });
});

test("the upstream's list is the same every time, and as messy as it should be", () => {
  assert.equal(messyUsers(), messyUsers());
  const { users, dropped } = cleanUsers(messyUsers());
  assert.is(messyUsers().length, 500);
  assert.is(users.length + Object.values(dropped).reduce((a, b) => a + b, 0), 500);
  assert.ok(Object.keys(dropped).length >= 4);
  assert.ok(messyUsers().some(({ id }) => typeof id === "string"));
  assert.ok(messyUsers().some(({ active }) => typeof active === "string"));
});

test("only active users go on, each once, in the order of their ids", () => {
  const users = [
    { ...ADA, id: 9 },
    ADA,
    { ...ADA, id: 8, active: false },
    { ...ADA, name: "Ada L" },
  ];
  assert.equal(activeUsers(users), {
    active: [
      { ...ADA, name: "Ada L" },
      { ...ADA, id: 9 },
    ],
    inactive: 1,
  });
});

test("the same users make the same batches with the same keys, and other users another key", () => {
  const users = [1, 2, 3].map((id) => ({ ...ADA, id }));
  const batches = batchesOf(users, 2);
  assert.equal(batches, batchesOf(structuredClone(users), 2));
  assert.equal(
    batches.map(({ users: part }) => part.length),
    [2, 1],
  );
  assert.is.not(batches[0]?.key, batchesOf([{ ...ADA, id: 1 }], 2)[0]?.key);
  assert.match(batches[0]?.key ?? "", /^users-[0-9a-f]{64}$/);
});

for (const [text, length] of [
  ["[]", 0],
  ['[{"id":1}]', 1],
  ['{"users":[{},{}]}', 2],
] as const) {
  test(`the list in ${text} has ${length} records`, () => {
    assert.is(recordsIn(text, GET).length, length);
  });
}

test("waits double, half of them by chance, and last at least as long as the server asks", () => {
  const policy = { attempts: 3, backoffBaseMs: 1000 };
  assert.equal(
    [waitBefore(1, policy, undefined, 1), waitBefore(2, policy, undefined, 1)],
    [2000, 4000],
  );
  assert.equal(
    [waitBefore(1, policy, undefined, 0), waitBefore(2, policy, undefined, 0)],
    [1000, 2000],
  );
  assert.is(waitBefore(1, policy, 7000, 1), 7000);
  assert.is(waitBefore(1, policy, 900_000, 1), 60_000);
});

test("a run fetches, cleans, and posts the active users under keys made of their content", async () => {
  const { outside, sent } = world({ get: [json([ADA, { ...ADA, id: 8, active: "false" }, {}])] });
  assert.equal(await run(outside), {
    fetched: 3,
    dropped: { invalid_id: 1 },
    inactive: 1,
    posted: { batches: 1, users: 1 },
    replayed: { batches: 0, users: 0 },
    failed: [],
  });
  assert.equal(
    sent.map(({ url }) => url),
    [GET, POST],
  );
  assert.is(sent[1]?.body, JSON.stringify({ users: [ADA] }));
  assert.is(sent[1]?.key, batchesOf([ADA], 50)[0]?.key);
});

test("a batch that had been stored before counts as replayed", async () => {
  const { outside } = world({ post: [json({}, 200, { "Idempotent-Replayed": "true" })] });
  const { posted, replayed } = await run(outside);
  assert.equal([posted.batches, replayed], [0, { batches: 1, users: 1 }]);
});

test("a dry run posts nothing", async () => {
  const { outside, sent } = world({});
  await pullUsers(settings, outside, silent, { dryRun: true });
  assert.is(sent.length, 1);
});

const bad = (status: number, headers?: Record<string, string>) => () => json({}, status, headers);
const half = () => new Response('{"users":[{"id":', { status: 200 });
const html = () => new Response("<html>busy</html>", { headers: { "content-type": "text/html" } });

for (const [what, reply, waits] of [
  ["500", bad(500), [2000, 4000]],
  ["503", bad(503), [2000, 4000]],
  ["429 that asks for 7 s", bad(429, { "retry-after": "7" }), [7000, 7000]],
  ["silence", () => "hang" as const, [2000, 4000]],
  ["a refused connection", () => "refuse" as const, [2000, 4000]],
  ["half a JSON", half, [2000, 4000]],
  ["HTML", html, [2000, 4000]],
  ["JSON without a list", () => json({ error: "x" }), [2000, 4000]],
] as [string, () => Reply, number[]][]) {
  test(`fetching meets ${what}: three attempts in all, then nothing is posted`, async () => {
    const { outside, waits: waited, sent } = world({ get: [reply(), reply(), reply(), reply()] });
    const error = await failureOf(run(outside));
    assert.instance(error, FetchFailed);
    assert.equal(waited, waits);
    assert.equal(
      sent.map(({ url }) => url),
      [GET, GET, GET],
    );
  });

  if (["half a JSON", "HTML", "JSON without a list"].includes(what)) continue;
  test(`posting meets ${what}: three attempts under one key, then the batch counts as failed`, async () => {
    const { outside, waits: waited, sent } = world({ post: [reply(), reply(), reply()] });
    const { failed } = await run(outside);
    assert.is(failed.length, 1);
    assert.equal(waited, waits);
    assert.is(new Set(sent.slice(1).map(({ key }) => key)).size, 1);
    assert.is(sent.length, 4);
  });
}

for (const [what, reply, message] of [
  [
    "a redirect",
    () => json({}, 302, { location: "http://elsewhere/" }),
    /a redirect to http:\/\/elsewhere\//,
  ],
  ["404", bad(404), /answers 404/],
  ["10 MB", () => new Response("x".repeat(10 * 1024 * 1024)), /answers more than 5242880 bytes/],
] as [string, () => Response, RegExp][]) {
  test(`fetching meets ${what}: it is not tried again`, async () => {
    const { outside, waits, sent } = world({ get: [reply()] });
    assert.match((await failureOf(run(outside))).message, message);
    assert.equal([waits, sent.length], [[], 1]);
  });
}

test("a batch that is refused is not sent again, and does not stop the others", async () => {
  const users = Array.from({ length: 60 }, (_, n) => ({ ...ADA, id: n + 1 }));
  const { outside, waits } = world({ get: [json(users)], post: [json({}, 422)] });
  const { failed, posted } = await run(outside);
  assert.equal(waits, []);
  assert.equal([failed.length, posted], [1, { batches: 1, users: 10 }]);
});

test("a failure that passes is no failure", async () => {
  const { outside, waits } = world({ get: [json({}, 500)], post: [json({}, 503), json({})] });
  const { failed, posted } = await run(outside);
  assert.equal([failed, posted.batches, waits], [[], 1, [2000, 2000]]);
});

for (const [env, message] of [
  [{}, /^URL_GET is not set; .*\nURL_POST is not set;/],
  [
    { URL_GET: "ftp://x", URL_POST: POST },
    /^URL_GET is "ftp:\/\/x"; it must be an http or https URL$/,
  ],
  [
    { URL_GET: GET, URL_POST: POST, TIMEOUT: "soon" },
    /^TIMEOUT is "soon"; it must be a number from 0\.1 to 300$/,
  ],
  [
    { URL_GET: GET, URL_POST: POST, RETRIES: "0" },
    /^RETRIES is "0"; it must be a number from 1 to 10$/,
  ],
] as const) {
  test(`the settings ${JSON.stringify(env)} are refused`, () => {
    try {
      clientSettings(env);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, SettingsError);
      assert.match((error as Error).message, message);
    }
  });
}

test.run();
