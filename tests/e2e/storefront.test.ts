import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("the storefront");
let stack: TestStack;
let url: string;

test.before(async () => {
  stack = await startStack();
  url = stack.output("storefrontUrl");
});
test.after(() => stack?.stop());

const get = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);

test("is served at the API port, and its page may call the open API alone", async () => {
  const page = await get("/");
  const html = await page.text();
  assert.is(page.status, 200);
  assert.is(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.is(page.headers.get("cache-control"), "no-cache");
  assert.is(page.headers.get("x-content-type-options"), "nosniff");
  assert.is(page.headers.get("x-frame-options"), "DENY");
  const origin = new URL(stack.output("ordersHttpApiUrl")).origin;
  const [, policy = ""] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(html) ?? [];
  assert.is(
    policy,
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ${origin}`,
  );
});

test("names scripts and styles that are there, never change, and are compressed", async () => {
  const html = await (await get("/")).text();
  const names = [...html.matchAll(/(?:src|href)="(main-[0-9a-f]{16}\.(?:js|css))"/g)];
  assert.equal(names.map(([, name = ""]) => name.replace(/-.*\./, ".")).sort(), [
    "main.css",
    "main.js",
  ]);
  for (const [, name] of names) {
    const file = await get(`/${name}`, { headers: { "accept-encoding": "br" } });
    assert.is(file.status, 200);
    assert.is(file.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.is(file.headers.get("content-encoding"), "br");
    const etag = file.headers.get("etag") ?? "";
    await file.arrayBuffer();
    assert.is((await get(`/${name}`, { headers: { "if-none-match": etag } })).status, 304);
  }
});

test("says in a small file which API the stack has", async () => {
  const config = await get("/config.json");
  assert.is(config.headers.get("cache-control"), "no-cache");
  assert.equal(await config.json(), { ordersApi: stack.output("ordersHttpApiUrl") });
});

test("answers what is not there with a page, and takes no other method", async () => {
  const missing = await get("/nothing");
  assert.is(missing.status, 404);
  assert.match(await missing.text(), "There is no page at this address.");
  assert.is((await get("/", { method: "POST" })).status, 403);
  assert.is((await get("/%zz")).status, 404);
  const folder = await fetch(url, { redirect: "manual" });
  assert.is(folder.headers.get("location"), `${new URL(url).pathname}/`);
});

test.run();
