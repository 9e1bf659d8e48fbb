import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRuntime } from "local-aws";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("pages from elsewhere");
const ROOT = join(import.meta.dirname, "..", "..");
const SHOP = "https://shop.example";
let stack: TestStack;

test.before(async () => {
  stack = await startStack({ origins: [SHOP] });
});
test.after(() => stack?.stop());

/** A request with any Host and Origin, which `fetch` sets by itself. */
function send(url: string, headers: Record<string, string>) {
  const { hostname, port, pathname } = new URL(url);
  return new Promise<{ status: number; text: string; allowed: string | undefined }>(
    (resolve, reject) => {
      const sent = request({ hostname, port, path: pathname, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            text,
            allowed: response.headers["access-control-allow-origin"],
          }),
        );
      });
      sent.on("error", reject).end();
    },
  );
}

const order = "/orders/5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const ports: [string, () => string][] = [
  ["the AWS port", () => `${stack.awsEndpoint}/_local/outputs`],
  ["the API port", () => `${stack.output("ordersHttpApiUrl")}${order}`],
];

for (const [port, url] of ports) {
  test(`${port} refuses a foreign host, whose page has the name of this machine`, async () => {
    const answer = await send(url(), { host: "attacker.example" });
    assert.is(answer.status, 403);
    assert.match(answer.text, "host attacker.example is not this machine");
    assert.not.match(answer.text, stack.output("ordersApiKey"));
  });

  test(`${port} refuses a foreign origin`, async () => {
    const answer = await send(url(), { origin: "https://attacker.example" });
    assert.is(answer.status, 403);
    assert.is(answer.allowed, undefined);
    assert.match(answer.text, "origin https://attacker.example may not call this machine");
  });

  test(`${port} refuses what a foreign page embeds`, async () => {
    const answer = await send(url(), { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" });
    assert.is(answer.status, 403);
  });
}

test("a call that a foreign page presigns in its address changes nothing", async () => {
  const credential = "local%2F20260101%2Feu-central-1%2Fsqs%2Faws4_request";
  const url = `${stack.awsEndpoint}/?Action=DeleteQueue&QueueUrl=x&X-Amz-Credential=${credential}`;
  const answer = await send(url, { origin: "https://attacker.example" });
  assert.is(answer.status, 403);
});

test("the API port lets in an origin that is named, and this machine's own", async () => {
  const url = () => `${stack.output("ordersHttpApiUrl")}${order}`;
  for (const origin of [SHOP, "http://localhost:5173", "http://127.0.0.1:8080"]) {
    assert.is((await send(url(), { origin })).status, 404);
  }
});

test("the AWS port lets in no foreign origin, named or not", async () => {
  assert.is((await send(`${stack.awsEndpoint}/_local/outputs`, { origin: SHOP })).status, 403);
});

test("keys are of this start, and stay where data is kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-keys-"));
  const keys: string[] = [];
  try {
    for (const options of [{}, { dataDir: folder }, { dataDir: folder }]) {
      // Evaluated anew: the stacks of other tests share one evaluation, and so its keys.
      const other = await startRuntime({
        root: ROOT,
        apiPort: 0,
        awsPort: 0,
        config: localAddresses,
        ...options,
      });
      keys.push(String(other.outputs["ordersApiKey"]));
      await other.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const [passing, kept, again] = keys;
  assert.is(kept, again);
  assert.is(new Set([stack.output("ordersApiKey"), passing, kept]).size, 3);
  for (const key of keys) assert.match(key, /^[0-9a-f]{40}$/);
});

test.run();
