import { request } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("hostile requests at every door");
const SEED = Number(process.env["HOSTILE_SEED"] ?? 11);
const ROUNDS = 40;
/** Of the main thread's own processor time, which other processes do not lengthen. */
const MAX_ANSWER_MS = 1_000;
/** Reached only where an answer never comes. */
const GIVE_UP_MS = 120_000;
const METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "LOCK"];
const PARTS = [
  "customers",
  "orders",
  "products",
  "users",
  "ingest",
  "%zz",
  "%00",
  "..",
  "",
  "__proto__",
  "constructor",
  "%F0%9F%98%80",
  "a".repeat(3000),
  "*",
  "$default",
];
const BODIES = [
  "",
  "{",
  "null",
  "[]",
  "7",
  '{"__proto__":{"id":1}}',
  '{"id":null,"items":[null],"lines":{}}',
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `{"id":"${"x".repeat(300_000)}"}`,
  "\u0000",
  "Action=SendMessage&MessageBody=%zz",
];
const HEADERS: Record<string, string>[] = [
  {},
  { "content-type": "application/json" },
  { "content-type": "application/x-www-form-urlencoded" },
  { "content-type": "\u00e9/\u00e9;=;" },
  { "x-api-key": "constructor" },
  { authorization: "Bearer x" },
  { "content-encoding": "gzip" },
  { cookie: "=;;;" },
  { "x-amzn-trace-id": "Root=%;Parent=" },
  { origin: "null", "access-control-request-method": "PUT" },
];

let stack: TestStack;
test.before(async () => {
  stack = await startStack();
});
test.after(() => stack?.stop());

test("none is answered with 5xx, and everyone beside and after is served", async () => {
  const random = seeded(SEED);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const doors = Object.entries(stack.outputs).filter(([name]) => name.endsWith("ApiUrl"));
  assert.ok(doors.length >= 3, "the program has doors");
  const keys = Object.values(stack.outputs).filter((value) => /^[\w-]{20,}$/.test(String(value)));
  const bad: string[] = [];
  for (const [door, url] of doors) {
    for (let round = 0; round < ROUNDS; round++) {
      const path = Array.from({ length: Math.floor(random() * 4) }, () => `/${pick(PARTS)}`).join(
        "",
      );
      const query = random() < 0.3 ? `?${pick(PARTS)}=%zz&a=${pick(PARTS)}&&=` : "";
      const key: Record<string, string> = random() < 0.5 ? { "x-api-key": String(pick(keys)) } : {};
      const sent = {
        method: pick(METHODS),
        headers: { ...pick(HEADERS), ...key },
        body: pick(BODIES),
      };
      const [status, beside] = await Promise.all([
        send(`${url}`, `${path}${query}`, sent),
        bystander(),
      ]);
      const shown = `${door} ${sent.method} ${path.slice(0, 80)}${query.slice(0, 40)} ${JSON.stringify(sent.headers)} ${sent.body.slice(0, 40)}`;
      if (status === undefined || status >= 500) bad.push(`${shown} → ${status ?? "no answer"}`);
      if (beside) bad.push(`beside ${shown}: ${beside}`);
    }
  }
  assert.equal(bad, []);
  const headers = { "x-api-key": stack.output("customersApiKey") };
  const url = stack.output("customersApiUrl");
  assert.is(await send(url, "/customers/after", { method: "PUT", headers, body: "" }), 201);
});

/** Somebody else's requests while a hostile one is in progress. @returns what is wrong with their answers, if anything is. */
async function bystander(): Promise<string | undefined> {
  const before = process.threadCpuUsage();
  const headers = { "x-api-key": stack.output("customersApiKey") };
  const statuses = await Promise.all([
    // The first ends in the gateway, the second in a function.
    send(stack.output("customersApiUrl"), "/customers/beside", {
      method: "GET",
      headers: {},
      body: "",
    }),
    send(stack.output("customersApiUrl"), "/customers/beside", {
      method: "GET",
      headers,
      body: "",
    }),
  ]);
  const { user, system } = process.threadCpuUsage(before);
  const spentMs = (user + system) / 1_000;
  if (statuses.join() !== "403,404") return `answered ${statuses}`;
  return spentMs > MAX_ANSWER_MS ? `the main thread was busy for ${spentMs} ms` : undefined;
}

/** The status of an answer; undefined where none comes in time. */
function send(
  base: string,
  path: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: string },
): Promise<number | undefined> {
  const { hostname, port, pathname } = new URL(base);
  return new Promise((resolve) => {
    const overdue = setTimeout(() => resolve(undefined), GIVE_UP_MS);
    const done = (status: number | undefined) => {
      clearTimeout(overdue);
      resolve(status);
    };
    const target = { hostname, port, method, headers, path: `${pathname}${path}` };
    const sent = request({ ...target, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => done(answer.statusCode));
      answer.on("error", () => done(answer.statusCode));
    });
    // A door may end the connection of a request that is no HTTP.
    sent.on("error", () => done(400));
    sent.end(method === "GET" || method === "HEAD" ? undefined : body);
  });
}

/** Numbers in [0, 1) that a seed determines. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test.run();
