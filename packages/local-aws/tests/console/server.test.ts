import { request } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DeployedConsoleOptions, serveConsole } from "../../src/console/serve.ts";
import { someProgram } from "./some-program.ts";

const test = suite("the console's server");

const calls: string[] = [];
const acts: string[] = [];
const options: DeployedConsoleOptions = {
  recorded: { project: "shop", stack: "dev", resources: someProgram },
  region: "eu-west-1",
  aws: async (service, operation, input) => {
    calls.push(`${service}:${operation} ${JSON.stringify(input)}`);
    return { said: operation };
  },
  program: {
    plays: [
      {
        name: "place",
        label: "Place",
        explains: "…",
        run: async () => {
          acts.push("play");
          return { says: "placed" };
        },
      },
    ],
    deadLetters: {
      list: async () => [],
      show: async (name) => {
        acts.push(`show ${name}`);
        return { name, url: "", waiting: 0, cases: [], more: false };
      },
      redrive: async () => assert.unreachable("a redrive") as never,
    },
  },
  writable: true,
  port: 0,
  root: "",
};
let page: Awaited<ReturnType<typeof serveConsole>>;
let readOnly: Awaited<ReturnType<typeof serveConsole>>;

test.before(async () => {
  page = await serveConsole(options);
  readOnly = await serveConsole({ ...options, writable: false });
});
test.after(async () => {
  await page.stop();
  await readOnly.stop();
});
test.before.each(() => {
  calls.length = 0;
  acts.length = 0;
});

interface Answered {
  code?: string;
  error?: string;
  project?: string;
  map?: { nodes: unknown[] };
  plays?: unknown[];
}

const tokenOf = async (url: string) =>
  /name="console-token" content="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";

async function post(
  base: string,
  path: string,
  {
    headers,
    token,
    body = {},
  }: { headers?: Record<string, string>; token?: string; body?: object } = {},
) {
  const sent = { "x-console-token": token ?? (await tokenOf(base)), ...headers };
  const response = await fetch(`${base}console/${path}`, {
    method: "POST",
    headers: sent,
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Answered };
}

/** A request with any Host and Origin, which `fetch` sets by itself. */
function send(url: string, method: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.on("error", reject).end(method === "GET" ? undefined : "{}");
  });
}

test("the page loads from here alone, and nobody frames it", async () => {
  const response = await fetch(page.url);
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, "default-src 'none'");
  assert.match(policy, "frame-ancestors 'none'");
  assert.not.match(policy, /unsafe|https?:/);
  const html = await response.text();
  assert.not.match(html, /https?:\/\//);
  assert.match(html, "<title>shop · dev</title>");
});

test("its script and styles are bundled", async () => {
  for (const [file, type] of [
    ["console.js", "text/javascript"],
    ["console.css", "text/css"],
  ]) {
    const response = await fetch(`${page.url}assets/${file}`);
    assert.is(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", String(type));
    const text = await response.text();
    const [chunk] = /chunk-\w+\.js/.exec(text) ?? [];
    if (type === "text/css") assert.match(text, ".zoom-pane");
    else assert.is((await fetch(`${page.url}assets/${chunk}`)).status, 200);
  }
  const missing = await fetch(`${page.url}assets/..%2f..%2fpackage.json`);
  assert.is(missing.status, 404);
});

test("a foreign host gets neither the page nor its token", async () => {
  for (const path of ["", "events", "assets/console.js"]) {
    const { status, text } = await send(`${page.url}${path}`, "GET", { host: "attacker.example" });
    assert.is(status, 403);
    assert.not.match(text, "console-token");
  }
});

test("a foreign origin may do nothing, token or not", async () => {
  const headers = {
    origin: "https://attacker.example",
    "x-console-token": await tokenOf(page.url),
  };
  for (const path of ["console/facts", "console/aws/sqs/ListQueues", "console/run/plays.run"]) {
    assert.is((await send(`${page.url}${path}`, "POST", headers)).status, 403);
  }
  assert.equal([calls, acts], [[], []]);
});

test("without the page's token nothing is read or changed", async () => {
  const paths = [
    "facts",
    "aws/sqs/ListQueues",
    "aws/sqs/DeleteQueue",
    "run/plays.run",
    "run/letters",
  ];
  for (const token of ["", "x", await tokenOf(readOnly.url)]) {
    for (const path of paths) {
      const { status, json } = await post(page.url, path, { token, body: { name: "place" } });
      assert.equal([status, json.code], [403, "ForbiddenToken"]);
    }
  }
  assert.equal([calls, acts], [[], []]);
});

test("with it the page reads, calls and plays", async () => {
  const facts = await post(page.url, "facts");
  assert.is(facts.json.project, "shop");
  assert.is(facts.json.map?.nodes.length, 13);
  assert.equal(facts.json.plays, [{ name: "place", label: "Place", explains: "…" }]);
  const called = await post(page.url, "aws/sqs/SendMessage", { body: { QueueUrl: "q" } });
  assert.equal(called, { status: 200, json: { said: "SendMessage" } });
  assert.equal(calls, ['sqs:SendMessage {"QueueUrl":"q"}']);
  const played = await post(page.url, "run/plays.run", { body: { name: "place" } });
  assert.equal(played.json, { says: "placed" });
  assert.equal(acts, ["play"]);
});

test("a page that only reads refuses whatever changes something", async () => {
  const reads = ["sqs/ListQueues", "dynamodb/Scan", "logs/FilterLogEvents", "logs/StartQuery"];
  for (const call of reads) assert.is((await post(readOnly.url, `aws/${call}`)).status, 200, call);
  const writes = [
    "aws/sqs/SendMessage",
    "aws/sqs/ReceiveMessage",
    "aws/lambda/Invoke",
    "aws/dynamodb/PutItem",
    "aws/dynamodb/QueryAndDelete",
    "run/plays.run",
    "run/deadLetters.show",
    "run/deadLetters.redrive",
    "run/requests.send",
    "run/journeys.act",
  ];
  calls.length = 0;
  for (const path of writes) {
    const { status, json } = await post(readOnly.url, path, { body: { name: "place" } });
    assert.equal([status, json.code], [400, "ReadOnly"], path);
  }
  assert.equal([calls, acts], [[], []]);
});

test("a request goes to an API of the program, and nowhere else", async () => {
  const body = { api: "https://elsewhere.example", method: "GET", path: "/" };
  const { status, json } = await post(page.url, "run/requests.send", { body });
  assert.equal([status, json.error], [400, "there is no API https://elsewhere.example"]);
});

test("what is no JSON, too deep, or unknown is refused in words", async () => {
  const token = await tokenOf(page.url);
  for (const body of ["{", "[".repeat(100_000)]) {
    const response = await fetch(`${page.url}console/facts`, {
      method: "POST",
      headers: { "x-console-token": token },
      body,
    });
    assert.is(response.status, 400);
  }
  assert.is((await post(page.url, "run/constructor")).json.error, "the page can do no constructor");
  assert.is((await send(`${page.url}console/facts`, "PUT", {})).status, 405);
});

test.run();
