import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BundleCache } from "../src/bundle-cache.ts";

const test = suite("bundle cache");

const ENTRY = "handlers/a.ts";
const BUILT = {
  code: "export const handler = 1;",
  map: "{}",
  inputs: [ENTRY, "node_modules/b/index.js"],
};

let root = "";

test.before.each(() => {
  root = mkdtempSync(join(tmpdir(), "cache-"));
  save("package.json", "{}");
  save("node_modules/.package-lock.json", "{}");
  for (const path of BUILT.inputs) save(path, "1");
});
test.after.each(() => rmSync(root, { recursive: true }));

/** Writes a file that was last changed this many seconds ago. */
function save(path: string, content: string, secondsAgo = 60): void {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  const time = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(file, time, time);
}

function keptFiles(): string[] {
  return readdirSync(join(root, "node_modules", ".cache", "bundles"));
}

test("a bundle that was kept is found by a later run", () => {
  new BundleCache(root).keep(ENTRY, BUILT);

  assert.equal(new BundleCache(root).find(ENTRY), BUILT);
  assert.is(new BundleCache(root).find("handlers/other.ts"), undefined);
  assert.is(keptFiles().length, 1);
});

test("a bundle is not found after any of its files has changed, and found again when it is undone", () => {
  new BundleCache(root).keep(ENTRY, BUILT);

  for (const path of [...BUILT.inputs, "package.json", "node_modules/.package-lock.json"]) {
    const before = readFileSync(join(root, path), "utf8");
    save(path, "changed");
    assert.is(new BundleCache(root).find(ENTRY), undefined, path);
    save(path, before);
    assert.equal(new BundleCache(root).find(ENTRY), BUILT, path);
  }
});

test("a bundle is not found when one of its files is gone", () => {
  new BundleCache(root).keep(ENTRY, BUILT);
  rmSync(join(root, ENTRY));

  assert.is(new BundleCache(root).find(ENTRY), undefined);
});

test("a file that is damaged is as good as none", () => {
  new BundleCache(root).keep(ENTRY, BUILT);
  const [name = ""] = keptFiles();
  const file = join(root, "node_modules", ".cache", "bundles", name);
  const whole = readFileSync(file, "utf8");

  for (const damaged of [whole.slice(0, -10), whole.replace("handler = 1", "handler = 2"), ""]) {
    writeFileSync(file, damaged);
    assert.is(new BundleCache(root).find(ENTRY), undefined);
  }
});

test("a bundle whose source may have changed while it was built is not kept", () => {
  const cache = new BundleCache(root);
  save(ENTRY, "2", 0);
  cache.keep(ENTRY, BUILT);

  assert.is(new BundleCache(root).find(ENTRY), undefined);
});

test("without npm's record of what is installed, nothing is found", () => {
  rmSync(join(root, "node_modules", ".package-lock.json"));
  new BundleCache(root).keep(ENTRY, BUILT);

  assert.is(new BundleCache(root).find(ENTRY), undefined);
});

test("a folder that cannot be written costs nothing but the next build", () => {
  save("node_modules/.cache", "a file where the folder should be");
  new BundleCache(root).keep(ENTRY, BUILT);

  assert.is(new BundleCache(root).find(ENTRY), undefined);
});

test.run();
