import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildBundles } from "../src/build-bundles.ts";
import { NODE_EXPORTS, NODE_VERSION } from "../src/node-exports.ts";
import { sha256 } from "../src/sha256.ts";

const test = suite("same bytes");
const run = promisify(execFile);

const ROOT = join(import.meta.dirname, "..");
const ENTRIES = ["tests/fixtures/keep-order.ts", "tests/fixtures/sdk-calls.ts"];
const CHILD = join(import.meta.dirname, "fixtures", "print-bundles.ts");
// TypeScript, on a Node.js that knows none.
const TSX = import.meta.resolve("tsx");

const built = await buildBundles({ root: ROOT }, ENTRIES);
const expected = [...built].map(([entry, { code, map }]) => [entry, sha256(code), sha256(map)]);
const folder = mkdtempSync(join(tmpdir(), "same-bytes-"));
test.after(() => rmSync(folder, { recursive: true }));

async function builtBy(node: string, options: string[] = []): Promise<unknown> {
  const args = [...options, "--import", TSX, CHILD, ROOT, ...ENTRIES];
  const { stdout } = await run(node, args, { cwd: folder, maxBuffer: 50_000_000 });
  return JSON.parse(stdout);
}

/** Node.js of other versions than this one, by version: those on the PATH, and those that LAMBDA_BUNDLER_NODES lists. */
function otherVersions(): Map<string, string> {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((place) => join(place, name));
  const listed = (process.env["LAMBDA_BUNDLER_NODES"] ?? "").split(delimiter);
  const found = new Map<string, string>();
  for (const node of [...listed, ...onPath].filter((path) => path && existsSync(path))) {
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    if (version !== process.version) found.set(version, node);
  }
  return found;
}

test("Node.js of another version, whose modules export other names, gives the same bytes", async () => {
  const preload = join(folder, "other-exports.mjs");
  writeFileSync(
    preload,
    `import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    for (const name of ["buffer", "crypto", "events", "fs", "http", "https", "path", "stream", "util"]) {
      const loaded = require(name);
      for (let n = 0; n < 50; n++) loaded["qqqqqqqqzzzzzzzz" + n] = n;
    }`,
  );

  assert.equal(
    await builtBy(process.execPath, ["--import", pathToFileURL(preload).href]),
    expected,
  );
});

const others = otherVersions();
for (const [version, node] of others) {
  test(`Node.js ${version} gives the same bytes`, async () => {
    assert.equal(await builtBy(node), expected);
  });
}
if (others.size === 0) {
  test.skip("another version of Node.js (none is on the PATH or in LAMBDA_BUNDLER_NODES)", () => {});
}

test("every name that is listed is there in this Node.js", () => {
  const missing = Object.entries(NODE_EXPORTS).flatMap(([name, exports]) => {
    const module = Object(process.getBuiltinModule(`node:${name}`));
    return exports.split(" ").filter((it) => !(it in module));
  });
  assert.equal(missing, []);
});

if (process.versions.node === NODE_VERSION) {
  test("the list is what its script writes", async () => {
    const file = join(folder, "node-exports.ts");
    await run(process.execPath, [join(ROOT, "scripts", "write-node-exports.ts"), file]);
    const written: typeof import("../src/node-exports.ts") = await import(pathToFileURL(file).href);
    assert.equal(written.NODE_EXPORTS, NODE_EXPORTS);
  });
}

test.run();
