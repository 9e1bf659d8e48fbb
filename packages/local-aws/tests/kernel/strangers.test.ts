import { suite } from "uvu";
import * as assert from "uvu/assert";
import { strangerOf } from "../../src/kernel/strangers.ts";

const test = suite("strangers");

const HERE = ["localhost", "localhost:4566", "127.0.0.1:3000", "[::1]:3000", "sqs.localhost:4566"];
const ELSEWHERE = [
  "",
  "attacker.example",
  "attacker.example:4566",
  "localhost.attacker.example",
  "127.0.0.1.attacker.example",
  "localhost@attacker.example",
  "192.168.0.7:4566",
];

for (const host of HERE) {
  test(`host ${host} is this machine`, () => assert.is(strangerOf({ host }), undefined));
  test(`a page of http://${host} is this machine's`, () => {
    assert.is(strangerOf({ host: "localhost", origin: `http://${host}` }), undefined);
  });
}

for (const host of ELSEWHERE) {
  test(`host "${host}" is refused`, () => {
    const message = `host ${host} is not this machine`;
    assert.equal(strangerOf({ host }), { code: "ForbiddenHost", message });
  });
  test(`a page of "http://${host}" is refused`, () => {
    const origin = `http://${host}`;
    const message = `origin ${origin} may not call this machine`;
    assert.equal(strangerOf({ host: "localhost", origin }), { code: "ForbiddenOrigin", message });
  });
}

test("a page without an origin of its own is refused", () => {
  assert.is(strangerOf({ host: "localhost", origin: "null" })?.code, "ForbiddenOrigin");
});

test("a foreign page may link to this machine, and embed nothing of it", () => {
  const foreign = { host: "localhost", "sec-fetch-site": "cross-site" };
  assert.is(strangerOf({ ...foreign, "sec-fetch-dest": "image" })?.code, "ForbiddenOrigin");
  assert.is(strangerOf({ ...foreign, "sec-fetch-dest": "iframe" })?.code, "ForbiddenOrigin");
  assert.is(strangerOf({ ...foreign, "sec-fetch-dest": "document" }), undefined);
  assert.is(strangerOf({ host: "localhost", "sec-fetch-site": "none" }), undefined);
});

test("an origin that is welcome is let in, and no other", () => {
  const headers = { host: "localhost", origin: "https://shop.example" };
  assert.is(strangerOf(headers, ["https://shop.example"]), undefined);
  assert.is(strangerOf(headers, ["https://shop.example:444"])?.code, "ForbiddenOrigin");
});

test.run();
