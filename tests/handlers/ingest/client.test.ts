import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Outside } from "../../../handlers/ingest/client/http.ts";
import { FetchFailed, type Progress, pullUsers } from "../../../handlers/ingest/client/pull.ts";
import { clientSettings } from "../../../handlers/ingest/client/settings.ts";
import { batchesOf } from "../../../handlers/ingest/client/stages.ts";

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
  const limits = new Set<number>();
  const sent: { url: string; key: string | null; body: string }[] = [];
  const outside: Outside = {
    random: () => 1,
    sleep: async (ms) => void waits.push(ms),
    after: (ms, callback) => {
      limits.add(ms);
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
      return reply ?? (url === GET ? json({ users: [ADA] }) : stored());
    }) as typeof fetch,
  };
  return { outside, waits, sent, limits };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

const stored = (headers?: Record<string, string>) => json({ status: "created" }, 200, headers);

const run = (outside: Outside) => pullUsers(settings, outside, silent);

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
}

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
  const { outside } = world({ post: [stored({ "Idempotent-Replayed": "true" })] });
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
const redirect = () => json({}, 302, { location: "http://elsewhere/" });
const tenMegabytes = () => new Response("x".repeat(10 * 1024 * 1024));
const cutOff = () =>
  new Response(
    new ReadableStream({
      start: (body) => body.enqueue(new TextEncoder().encode('{"users":[')),
      pull: (body) => body.error(new TypeError("terminated")),
    }),
  );
const html = () => new Response("<html>busy</html>", { headers: { "content-type": "text/html" } });

for (const [what, reply, waits, message] of [
  ["500", bad(500), [2000, 4000], /answers 500$/],
  ["503", bad(503), [2000, 4000], /answers 503$/],
  ["429", bad(429), [2000, 4000], /answers 429$/],
  ["429 that asks for 7 s", bad(429, { "retry-after": "7" }), [7000, 7000], /answers 429$/],
  ["silence", () => "hang" as const, [2000, 4000], /no response within 10000 ms/],
  ["a refused connection", () => "refuse" as const, [2000, 4000], /no connection .*ECONNREFUSED/],
  ["a connection that is cut", cutOff, [2000, 4000], /no connection .*terminated/],
  ["half a JSON", half, [2000, 4000], /not JSON/],
  ["HTML", html, [2000, 4000], /not JSON/],
  ["JSON of another kind", () => json({ error: "x" }), [2000, 4000], /returned JSON/],
  ["a redirect", redirect, [2000, 4000], /a redirect to http:\/\/elsewhere\/; use the URL/],
  ["10 MB", tenMegabytes, [2000, 4000], /returned more than 5242880 bytes/],
] as [string, () => Reply, number[], RegExp][]) {
  test(`fetching meets ${what}: three attempts in all, then nothing is posted`, async () => {
    const {
      outside,
      waits: waited,
      sent,
      limits,
    } = world({ get: [1, 2, 3, 4].map(() => reply()) });
    const error = await failureOf(run(outside));
    assert.instance(error, FetchFailed);
    assert.match(error.message, message);
    assert.equal(waited, waits);
    assert.equal([...limits], [10_000]);
    assert.equal(
      sent.map(({ url }) => url),
      [GET, GET, GET],
    );
  });

  test(`posting meets ${what}: three attempts under one key, then the batch counts as failed`, async () => {
    const { outside, waits: waited, sent } = world({ post: [reply(), reply(), reply()] });
    const { failed, posted, replayed } = await run(outside);
    assert.is(failed.length, 1);
    assert.match(failed[0]?.reason ?? "", message);
    assert.equal([posted.batches, replayed.batches], [0, 0]);
    assert.equal(waited, waits);
    assert.is(new Set(sent.slice(1).map(({ key }) => key)).size, 1);
    assert.is(sent.length, 4);
  });
}

for (const status of [400, 401, 403, 404, 409, 422]) {
  test(`fetching meets ${status}: it is not tried again`, async () => {
    const { outside, waits, sent } = world({ get: [json({}, status)] });
    assert.match((await failureOf(run(outside))).message, new RegExp(`answers ${status}$`));
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
  const { outside, waits } = world({ get: [json({}, 500)], post: [json({}, 503), stored()] });
  const { failed, posted } = await run(outside);
  assert.equal([failed, posted.batches, waits], [[], 1, [2000, 2000]]);
});

test.run();
