import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssetArchive, FileArchive, FileAsset, StringAsset } from "@pulumi/pulumi/asset/index.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { recordArchive } from "../../src/evaluation/archive.ts";

const test = suite("archives");

const folder = mkdtempSync(join(tmpdir(), "archive-"));
test.after(() => rmSync(folder, { recursive: true }));

function saved(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test("strings, files and folders of files are read", async () => {
  const file = saved("a.mjs", "a");
  saved("b/c/d.mjs", "d");
  const archive = new AssetArchive({
    "text.mjs": new StringAsset("text"),
    "file.mjs": new FileAsset(file),
    inner: new FileArchive(join(folder, "b")),
  });

  const { files } = await recordArchive("function", archive);
  assert.equal(files, { "text.mjs": "text", "file.mjs": "a", "inner/c/d.mjs": "d" });
});

test("a source map beside a file comes with it, and decides on the hash", async () => {
  const file = saved("mapped.mjs", "code");
  const archive = () =>
    recordArchive("function", new AssetArchive({ "index.mjs": new FileAsset(file) }));
  saved("mapped.mjs.map", "first map");
  const first = await archive();
  saved("mapped.mjs.map", "second map");
  const second = await archive();

  assert.equal(first.files, { "index.mjs": "code", "index.mjs.map": "first map" });
  assert.is.not(second.hash, first.hash);
  assert.is((await archive()).hash, second.hash);
});

test("a source map in the archive comes before one beside the file", async () => {
  const file = saved("own.mjs", "code");
  saved("own.mjs.map", "beside");
  for (const names of [
    ["index.mjs", "index.mjs.map"],
    ["index.mjs.map", "index.mjs"],
  ]) {
    const assets = { "index.mjs": new FileAsset(file), "index.mjs.map": new StringAsset("own") };
    const ordered = Object.fromEntries(names.map((name) => [name, Object(assets)[name]]));
    const { files } = await recordArchive("function", new AssetArchive(ordered));
    assert.is(files["index.mjs.map"], "own");
  }
});

test("code that is not an archive is refused with the function's name", async () => {
  const message = await recordArchive("greeter", { zip: 1 }).catch((error: Error) => error.message);
  assert.is(message, "greeter: code must be an archive of files or strings");
});

test.run();
