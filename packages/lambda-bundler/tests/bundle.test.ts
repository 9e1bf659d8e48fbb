import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildBundles } from "../src/build-bundles.ts";
import { createBundler, Rebuilder } from "../src/bundler.ts";
import { NODE_VERSION } from "../src/node-exports.ts";
import { runBundle } from "./support/bundle-run.ts";
import { startScriptedAws } from "./support/scripted-aws.ts";

const test = suite("bundle");
const run = promisify(execFile);

const ROOT = join(import.meta.dirname, "..");
const KEEP_ORDER = "tests/fixtures/keep-order.ts";
const SDK_CALLS = "tests/fixtures/sdk-calls.ts";
const NO_HANDLER = "tests/fixtures/no-handler.ts";
const { bundle } = createBundler({ root: ROOT });

const folder = mkdtempSync(join(tmpdir(), "bundle-"));
test.after(() => rmSync(folder, { recursive: true }));

/** A project of these files. */
function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(folder, "project-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function built(root: string, entry: string) {
  const result = (await buildBundles({ root }, [entry])).get(entry);
  assert.ok(result);
  return result;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was refused",
    (error: Error) => error.message,
  );
}

test("an entry gives the same bytes alone and among others", async () => {
  const alone = await built(ROOT, KEEP_ORDER);
  const others = await buildBundles({ root: ROOT }, [SDK_CALLS, KEEP_ORDER]);

  assert.equal(others.get(KEEP_ORDER), alone);
});

test("what pure calls make is left out where it is not used", async () => {
  const entry = "tests/fixtures/refuse.ts";
  const pureCalls = { files: /[\\/]contract\.ts$/, functions: ["v.*", "closed"] };
  const [marked, plain] = await Promise.all([
    createBundler({ root: ROOT, pureCalls }).bundle(entry),
    bundle(entry),
  ]);

  assert.match(marked.code, "What was wrong.");
  assert.not.match(marked.code, "How many pages it has.");
  assert.match(plain.code, "How many pages it has.");
});

test("a copy of the project and of the bundler in another place gives the same bytes", async () => {
  const { code, map, inputs } = await built(ROOT, KEEP_ORDER);
  const copy = join(folder, "another", "place", "packages", "copy");
  for (const path of inputs) cpSync(join(ROOT, path), join(copy, path));
  for (const path of inputs) {
    const [, owner] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    if (owner) cpSync(join(ROOT, owner, "package.json"), join(copy, owner, "package.json"));
  }
  cpSync(join(ROOT, "src"), join(copy, "src"), { recursive: true });
  const modules = join(copy, "..", "..", "node_modules");
  for (const name of ["esbuild", "@esbuild", "@jridgewell"]) {
    cpSync(join(ROOT, "..", "..", "node_modules", name), join(modules, name), { recursive: true });
  }
  const copied: typeof import("../src/build-bundles.ts") = await import(
    pathToFileURL(join(copy, "src", "build-bundles.ts")).href
  );
  const found = (await copied.buildBundles({ root: copy }, [KEEP_ORDER])).get(KEEP_ORDER);

  assert.is(found?.code, code);
  assert.is(found?.map, map);
});

test("a process in another folder gives the same bytes, and ends by itself", async () => {
  const { code } = await built(ROOT, KEEP_ORDER);
  const module = pathToFileURL(join(import.meta.dirname, "..", "src", "build-bundles.ts")).href;
  const program = `
    const { buildBundles } = await import(${JSON.stringify(module)});
    const project = { root: ${JSON.stringify(ROOT)} };
    const all = await buildBundles(project, ${JSON.stringify([KEEP_ORDER])});
    process.stdout.write(all.get(${JSON.stringify(KEEP_ORDER)}).code);`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 10_000_000 });

  assert.is(stdout, code);
});

test("the code is a file with its map beside it, at a path that only the code decides", async () => {
  const first = await bundle(KEEP_ORDER);
  const second = await bundle(KEEP_ORDER);

  assert.is(second.file, first.file);
  assert.is(readFileSync(first.file, "utf8"), first.code);
  assert.is(readFileSync(`${first.file}.map`, "utf8"), first.map);
});

test("a comment changes the map, and neither the code nor its path", async () => {
  const root = project({
    "entry.ts": `import { double } from "./shared.ts"; export const handler = async () => double(1);`,
    "shared.ts": `export const double = (n: number) => 2 * n;\n`,
  });
  const before = await createBundler({ root }).bundle("entry.ts");
  writeFileSync(
    join(root, "shared.ts"),
    `// Doubles any number,\n// which is twice as much.\nexport const double = (n: number) => 2 * n;\n`,
  );
  const after = await createBundler({ root }).bundle("entry.ts");

  assert.is(after.code, before.code);
  assert.is(after.file, before.file);
  assert.is.not(after.map, before.map);
  assert.is(readFileSync(`${after.file}.map`, "utf8"), after.map);
});

test("a project whose folders cannot be written gets its files elsewhere", async () => {
  const root = project({
    "entry.ts": `export const handler = async () => 1;`,
    "node_modules/.cache": "a file where the folder should be",
  });
  const { file, code } = await createBundler({ root }).bundle("entry.ts");

  assert.not.ok(file.startsWith(root));
  assert.is(readFileSync(file, "utf8"), code);
  const program = `
    const { createBundler } = await import(${JSON.stringify(pathToFileURL(join(ROOT, "src", "bundler.ts")).href)});
    const { file } = await createBundler({ root: ${JSON.stringify(root)} }).bundle("entry.ts");
    process.stdout.write(file);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program]);
  assert.match(stdout, /index\.mjs$/);
  assert.not.ok(existsSync(stdout), "it is removed when the process ends");
});

test("nothing of the machine is in a bundle", async () => {
  const { code, map } = await bundle(KEEP_ORDER);

  assert.not.ok(code.includes(ROOT));
  assert.not.ok(map.includes(ROOT));
  assert.equal(JSON.parse(map).sources, [KEEP_ORDER]);
});

test("a stack trace names the lines of our source", async () => {
  const { code, map } = await bundle(KEEP_ORDER);
  const file = join(folder, "index.mjs");
  writeFileSync(file, code);
  writeFileSync(`${file}.map`, map);
  const environment = { AWS_REGION: "eu-central-1" };
  const { thrown } = await runBundle(file, { orderId: 3 }, environment, ["--enable-source-maps"]);

  // The line with v.parse(order, input).
  assert.match(thrown?.stack ?? "", /[\\/]tests[\\/]fixtures[\\/]keep-order\.ts:11:37\)/);
});

test("a readable bundle keeps names, and lies beside the small one", async () => {
  const root = project({
    "package.json": "{}",
    "fn.ts": "class OutOfStock extends Error {}\nexport const handler = () => new OutOfStock();",
  });
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(join(root, "node_modules", ".package-lock.json"), "{}");
  const small = createBundler({ root });
  const readable = createBundler({ root, readable: true });
  const first = [await small.bundle("fn.ts"), await readable.bundle("fn.ts")];

  assert.equal(
    first.map(({ code }) => code.includes("OutOfStock")),
    [false, true],
  );
  assert.equal([await small.bundle("fn.ts"), await readable.bundle("fn.ts")], first);
  const { handler } = await import(first[1]?.file ?? "");
  assert.is(handler().constructor.name, "OutOfStock");

  writeFileSync(join(root, "fn.ts"), "export const handler = () => 'a longName';");
  const rebuilder = new Rebuilder(root);
  const files = first.map(({ file }) => file);
  assert.equal(
    files.map((file) => rebuilder.sources(file)?.size),
    [1, 1],
  );
  const rebuilt = await rebuilder.rebuild(files);
  assert.equal(
    files.map((file) => rebuilt.get(file)?.code.includes(" handler = ")),
    [false, true],
  );
});

test("a bundle loads no more of Node.js than it uses", async () => {
  const { code } = await bundle(KEEP_ORDER);
  const file = join(folder, "lean.mjs");
  writeFileSync(file, code);
  const aws = await startScriptedAws();
  const program = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
    await handler({ orderId: "order-1", customerId: "customer-1" });
    console.log(JSON.stringify(process.moduleLoadList));`;
  const env = {
    SystemRoot: process.env["SystemRoot"],
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: aws.endpoint,
  };
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await run(process.execPath, args, { env }).finally(aws.stop);
  const loaded: string[] = JSON.parse(stdout);

  const costly = ["undici/undici", "crypto/webcrypto", "webstreams/readablestream"];
  assert.ok(loaded.includes("NativeModule http"));
  assert.equal(
    costly.filter((name) => loaded.some((module) => module.endsWith(name))),
    [],
  );
});

test("a CommonJS package may require Node's own modules", async () => {
  const root = project({
    "entry.ts": `import { join } from "old"; export const handler = async () => join("a", "b");`,
    "node_modules/old/package.json": `{ "name": "old", "main": "index.js" }`,
    "node_modules/old/index.js": `exports.join = require("path").posix.join;`,
  });
  const file = join(root, "index.mjs");
  writeFileSync(file, (await built(root, "entry.ts")).code);

  assert.equal(await runBundle(file, {}, {}), { result: "a/b" });
});

test("a module that Node.js 24 has not is named", async () => {
  const root = project({
    "entry.ts": `import { x } from "node:nothing"; export const handler = () => x;`,
  });

  assert.is(
    await refusal(buildBundles({ root }, ["entry.ts"])),
    `entry.ts:1:19: node:nothing: Node.js ${NODE_VERSION} has no such module`,
  );
});

test("an entry that is not there is named", async () => {
  assert.is(
    await refusal(bundle("handlers/none.ts")),
    `handlers/none.ts: there is no such file to bundle in ${ROOT}`,
  );
});

test("an error of the build is one line with its position", async () => {
  const root = project({
    "syntax.ts": "export const handler = async () => {\n  return 1 +;\n};\n",
    "import.ts": `import { x } from "./nowhere.ts";\nexport const handler = () => x;\n`,
  });

  assert.is(await refusal(buildBundles({ root }, ["syntax.ts"])), 'syntax.ts:2:13: Unexpected ";"');
  assert.is(
    await refusal(buildBundles({ root }, ["import.ts"])),
    'import.ts:1:19: Could not resolve "./nowhere.ts"',
  );
});

test("an entry that exports no handler is refused", async () => {
  assert.is(
    await refusal(bundle(NO_HANDLER)),
    "tests/fixtures/no-handler.ts: it does not export handler, the function that Lambda calls",
  );
});

test("one entry that cannot be bundled does not take the others with it", async () => {
  const [good, bad] = await Promise.allSettled([
    bundle("tests/fixtures/sdk-refusals.ts"),
    bundle(NO_HANDLER),
  ]);

  assert.is(good.status, "fulfilled");
  assert.is(bad.status, "rejected");
});

test("a client whose endpoint is not known is refused", async () => {
  const root = project({
    "entry.ts": `import { S3Client } from "@aws-sdk/client-s3"; export const handler = async () => new S3Client();`,
    "node_modules/@aws-sdk/client-s3/package.json": `{ "name": "@aws-sdk/client-s3", "version": "3.0.0", "module": "dist-es/index.js" }`,
    "node_modules/@aws-sdk/client-s3/dist-es/index.js": `
      export { defaultEndpointResolver as S3Client } from "./endpoint/endpointResolver.js";`,
    "node_modules/@aws-sdk/client-s3/dist-es/endpoint/endpointResolver.js": `
      export const defaultEndpointResolver = 1;`,
  });

  assert.is(
    await refusal(buildBundles({ root }, ["entry.ts"])),
    "node_modules/@aws-sdk/client-s3/dist-es/index.js:2:59: @aws-sdk/client-s3/dist-es/endpoint/endpointResolver.js: its endpoint is not known; add it to src/substitutions.ts",
  );
});

test("an SDK in which a substitution finds no place fails the build", async () => {
  const client = "node_modules/@aws-sdk/client-sqs";
  const root = project({
    "entry.ts": `export { handler } from "@aws-sdk/client-sqs";`,
    [`${client}/package.json`]: `{ "name": "@aws-sdk/client-sqs", "version": "9.0.0", "module": "new/index.js" }`,
    [`${client}/new/index.js`]: `export const handler = async () => 1;`,
  });

  assert.is(
    await refusal(buildBundles({ root }, ["entry.ts"])),
    "@aws-sdk/client-sqs/dist-es/endpoint/endpointResolver.js: not found where the lean SDK replaces it; adapt src/substitutions.ts to the installed version",
  );
});

test("error classes of another form fail the build", async () => {
  const client = "node_modules/@aws-sdk/client-sqs";
  const root = project({
    "entry.ts": `export { handler } from "@aws-sdk/client-sqs";`,
    [`${client}/package.json`]: `{ "name": "@aws-sdk/client-sqs", "version": "9.0.0", "module": "dist-es/index.js" }`,
    [`${client}/dist-es/index.js`]: `export { handler } from "./models/errors.js";`,
    [`${client}/dist-es/models/errors.js`]: `export const handler = async () => 1;`,
  });

  assert.match(
    await refusal(buildBundles({ root }, ["entry.ts"])),
    /: @aws-sdk\/client-sqs\/dist-es\/models\/errors\.js: its error classes have another form/,
  );
});

test.run();
