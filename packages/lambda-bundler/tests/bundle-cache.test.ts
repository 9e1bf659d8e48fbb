import {
  existsSync,
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
import type { Project } from "../src/build-bundles.ts";
import { BundleCache } from "../src/bundle-cache.ts";
import { type CodeFile, CodeFiles } from "../src/code-files.ts";

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

/** A cache as each run makes one. */
function cacheOf(project: Project = { root }): BundleCache {
  return new BundleCache(project, join(root, ".cache", "records"), files());
}

function files(): CodeFiles {
  return new CodeFiles(join(root, ".cache"));
}

function keep(cache = cacheOf()): string {
  const file = files().write(ENTRY, BUILT.code, BUILT.map);
  cache.keep(ENTRY, BUILT);
  return file;
}

/** What a later run finds of what was kept. */
function found(): CodeFile {
  const { code, map } = BUILT;
  return { file: files().write(ENTRY, code, map), code, map };
}

function records(): string[] {
  const folder = join(root, ".cache", "records");
  return readdirSync(folder).map((name) => join(folder, name));
}

test("a bundle that was kept is found by a later run", () => {
  keep();

  assert.equal(cacheOf().find(ENTRY), found());
  assert.is(cacheOf().find("handlers/other.ts"), undefined);
  assert.is(records().length, 1);
});

test("a bundle is not found after any of its files has changed, and found again when it is undone", () => {
  keep();

  for (const path of [...BUILT.inputs, "package.json", "node_modules/.package-lock.json"]) {
    const before = readFileSync(join(root, path), "utf8");
    save(path, "changed");
    assert.is(cacheOf().find(ENTRY), undefined, path);
    save(path, before);
    assert.equal(cacheOf().find(ENTRY), found(), path);
  }
});

test("a bundle is not found when one of its files is gone", () => {
  keep();
  rmSync(join(root, ENTRY));

  assert.is(cacheOf().find(ENTRY), undefined);
});

test("a bundle is not found by a bundler with other options", () => {
  keep();

  const pureCalls = { files: /a\.ts$/, functions: ["f"] };
  assert.is(cacheOf({ root, pureCalls }).find(ENTRY), undefined);
});

test("a file that is damaged is as good as none, and written again", () => {
  const code = keep();
  const [record = ""] = records();

  for (const [file, damaged] of [
    [record, readFileSync(record, "utf8").slice(0, -10)],
    [record, ""],
    [code, "export const handler = 2;"],
    [`${code}.map`, "{ }"],
  ] as const) {
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, damaged);
    assert.is(cacheOf().find(ENTRY), undefined, file);
    if (file !== record) {
      assert.is(files().write(ENTRY, BUILT.code, BUILT.map), code);
      assert.is(readFileSync(file, "utf8"), whole);
    }
    writeFileSync(file, whole);
  }
});

test("code that nobody asked for in a day is removed when its entry changes, and no other", () => {
  const older = files().write(ENTRY, "1", "{}");
  const old = files().write(ENTRY, "2", "{}");
  const fresh = files().write(ENTRY, "3", "{}");
  const other = files().write("handlers/b.ts", "1", "{}");
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const file of [older, old, other]) utimesSync(join(file, ".."), twoDaysAgo, twoDaysAgo);
  // Asked for again.
  files().write(ENTRY, "2", "{}");
  files().write(ENTRY, "4", "{}");

  assert.equal(
    [older, old, fresh, other].map((file) => existsSync(file)),
    [false, true, true, true],
  );
});

test("a bundle whose source may have changed while it was built is not kept", () => {
  const cache = cacheOf();
  save(ENTRY, "2", 0);
  keep(cache);

  assert.is(cacheOf().find(ENTRY), undefined);
});

test("without npm's record of what is installed, nothing is found", () => {
  rmSync(join(root, "node_modules", ".package-lock.json"));
  keep();

  assert.is(cacheOf().find(ENTRY), undefined);
});

test("npm's record may lie in a folder above, as that of a workspace does", () => {
  const workspace = join(root, "packages", "a");
  save("packages/a/package.json", "{}");
  save("packages/a/handlers/a.ts", "1");
  const cache = () =>
    new BundleCache({ root: workspace }, join(workspace, ".cache", "records"), files());
  const built = { ...BUILT, inputs: [ENTRY, "../../node_modules/b/index.js"] };
  files().write(ENTRY, BUILT.code, BUILT.map);
  cache().keep(ENTRY, built);

  assert.equal(cache().find(ENTRY), found());
  save("node_modules/.package-lock.json", "changed");
  assert.is(cache().find(ENTRY), undefined);
});

test("a record that cannot be written costs nothing but the next build", () => {
  save(".cache/records", "a file where the folder should be");
  keep();

  assert.is(cacheOf().find(ENTRY), undefined);
});

test.run();
