import { spawn } from "node:child_process";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { KINDS } from "../../cli/conformance/endpoint.ts";
import { checkIdempotency } from "../../cli/conformance/idempotency.ts";
import { call } from "./support/api.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("ingest, end to end");
const ROOT = join(import.meta.dirname, "..", "..");
let stack: TestStack;

test.before(async () => {
  stack = await startStack();
});
test.after(() => stack?.stop());

/** Runs `npm run ingest` against the stack of the test. */
function ingest(env: Record<string, string> = {}, ...flags: string[]) {
  const url = stack.output("ingestApiUrl");
  const child = spawn(process.execPath, ["cli/run.mjs", "cli/ingest.ts", ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      URL_GET: `${url}/users`,
      URL_POST: `${url}/ingest`,
      BACKOFF_BASE_MS: "1",
      ...env,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
}

async function records() {
  const TableName = stack.output("ingestTableName");
  const { Items = [] } = await new DynamoDBClient(stack.aws).send(new ScanCommand({ TableName }));
  return Items;
}

test("a second run stores nothing new and says so, and the table holds each user once", async () => {
  const first = await ingest();
  assert.is(first.code, 0, first.output);
  const [, users = "", batches = ""] =
    /posted +(\d+) users in (\d+) batches/.exec(first.output) ?? [];
  assert.ok(Number(users) > 200);
  assert.match(first.output, /replayed +0 users in 0 batches/);
  const stored = await records();
  assert.is(stored.length, Number(batches));

  const second = await ingest();
  assert.is(second.code, 0);
  assert.match(second.output, /posted +0 users in 0 batches/);
  assert.match(second.output, new RegExp(`replayed +${users} users in ${batches} batches`));
  assert.match(second.output, /Nothing new: every batch had been stored before\./);
  assert.equal(await records(), stored);

  const ids = stored.flatMap(({ users: list }) => list?.L?.map((user) => user.M?.["id"]?.N) ?? []);
  assert.is(ids.length, Number(users));
  assert.is(new Set(ids).size, ids.length);
});

test("a dry run tells what there is and posts nothing", async () => {
  const before = await records();
  const { code, output } = await ingest({}, "--dry-run");
  assert.is(code, 0);
  assert.match(output, /fetched +500\n/);
  assert.match(output, /posted +0 \(dry run\)/);
  assert.equal(await records(), before);
});

for (const [what, env, flags, code, message] of [
  ["a setting is wrong", { TIMEOUT: "soon" }, [], 2, /TIMEOUT is "soon"/],
  [
    "there is no settings file",
    { ENV: "nowhere" },
    [],
    2,
    /\.env\.nowhere does not exist; write it with/,
  ],
  ["a flag is misspelt", {}, ["--dry"], 2, /^there is no option --dry; did you mean --dry-run\?$/m],
  [
    "the upstream is not there",
    { URL_GET: "http://127.0.0.1:1/users" },
    [],
    3,
    /nothing was posted: no connection/,
  ],
  [
    "nobody takes the batches",
    { URL_POST: "http://127.0.0.1:1/ingest" },
    [],
    4,
    /failed +\d+ users/,
  ],
] as [string, Record<string, string>, string[], number, RegExp][]) {
  test(`the exit code is ${code} when ${what}`, async () => {
    const result = await ingest(env, ...flags);
    assert.is(result.code, code, result.output);
    assert.match(result.output, message);
  });
}

test("the endpoint passes the idempotency conformance kit", async () => {
  const { ingest: kind } = KINDS;
  if (!kind) throw new Error("the kit does not know ingest");
  const results = await checkIdempotency({
    ...kind,
    url: `${stack.output("ingestApiUrl")}/ingest`,
  });
  assert.equal(
    results
      .filter(({ outcome }) => outcome !== "passed")
      .map(({ check, outcome }) => [check, outcome]),
    [
      ["another caller's key never meets mine", "skipped"],
      ["the same key on another route never meets mine", "skipped"],
    ],
  );
});

test("users are served to a browser from anywhere, and the preflight lets the key through", async () => {
  const url = stack.output("ingestApiUrl");
  const { status, headers } = await call("GET", `${url}/users?page=5`);
  assert.equal([status, headers.get("access-control-allow-origin")], [200, "*"]);
  const preflight = await call("OPTIONS", `${url}/ingest`);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /Idempotency-Key/);
});

test.run();
