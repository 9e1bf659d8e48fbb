import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { AssetArchive, StringAsset } from "@pulumi/pulumi/asset/index.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startScriptedAws } from "../../../tests/support/scripted-aws.ts";
import { recordArchive } from "../../local-aws/src/evaluation/archive.ts";
import { buildBundles } from "../src/build-bundles.ts";
import { bundle } from "../src/bundle.ts";
import { runBundle } from "./support/bundle-run.ts";

const test = suite("bundle");
const run = promisify(execFile);

const ROOT = join(import.meta.dirname, "..", "..", "..");
const KEEP_ORDER = "packages/lambda-bundler/tests/fixtures/keep-order.ts";
const SDK_CALLS = "packages/lambda-bundler/tests/fixtures/sdk-calls.ts";

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
  const result = (await buildBundles(root, [entry])).get(entry);
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
  const others = await buildBundles(ROOT, [SDK_CALLS, KEEP_ORDER]);

  assert.equal(others.get(KEEP_ORDER), alone);
});

test("schemas of a contract that a function does not use are left out", async () => {
  const entry = "handlers/orders/doors/no-such-route.ts";
  const { code, inputs } = await built(ROOT, entry);

  assert.ok(inputs.includes("handlers/shared/contract.ts"));
  assert.not.match(code, "JSON pointer to the field");
});

test("a copy of the project in another place gives the same bytes", async () => {
  const { code, map, inputs } = await built(ROOT, KEEP_ORDER);
  const copy = join(folder, "another", "place");
  const packages = inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const files = new Set([...inputs, ...packages.map((path) => `${path}/package.json`)]);
  for (const path of files) {
    // The bundler's own files are not part of what it bundles.
    if (!path.startsWith("packages/lambda-bundler/src/"))
      cpSync(join(ROOT, path), join(copy, path));
  }
  const copied = await built(copy, KEEP_ORDER);

  assert.is(copied.code, code);
  assert.equal(JSON.parse(copied.map).mappings, JSON.parse(map).mappings);
});

test("a process in another folder gives the same bytes, and ends by itself", async () => {
  const { code } = await built(ROOT, KEEP_ORDER);
  const module = pathToFileURL(join(import.meta.dirname, "..", "src", "build-bundles.ts")).href;
  const program = `
    const { buildBundles } = await import(${JSON.stringify(module)});
    const all = await buildBundles(${JSON.stringify(ROOT)}, ${JSON.stringify([KEEP_ORDER])});
    process.stdout.write(all.get(${JSON.stringify(KEEP_ORDER)}).code);`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 10_000_000 });

  assert.is(stdout, code);
});

test("an archive of an unchanged function has the same hash", async () => {
  const archive = async () => {
    const { code, map } = await bundle(KEEP_ORDER, ROOT);
    const files = { "index.mjs": new StringAsset(code), "index.mjs.map": new StringAsset(map) };
    return recordArchive("function", new AssetArchive(files));
  };

  const [first, second] = [await archive(), await archive()];
  assert.is(second.hash, first.hash);
  assert.equal(Object.keys(first.files), ["index.mjs", "index.mjs.map"]);
});

test("nothing of the machine is in a bundle", async () => {
  const { code, map } = await bundle(KEEP_ORDER, ROOT);

  assert.not.ok(code.includes(ROOT));
  assert.not.ok(map.includes(ROOT));
  assert.equal(
    JSON.parse(map).sources.filter(
      (source: string) => !source.startsWith("packages/lambda-bundler/src/sdk/"),
    ),
    [KEEP_ORDER],
  );
});

test("a stack trace names the lines of our source", async () => {
  const { code, map } = await bundle(KEEP_ORDER, ROOT);
  const file = join(folder, "index.mjs");
  writeFileSync(file, code);
  writeFileSync(`${file}.map`, map);
  const environment = { AWS_REGION: "eu-central-1" };
  const { thrown } = await runBundle(file, { orderId: 3 }, environment, ["--enable-source-maps"]);

  // The line with v.parse(order, input).
  assert.match(thrown?.stack ?? "", /[\\/]tests[\\/]fixtures[\\/]keep-order\.ts:11:37\)/);
});

test("a bundle loads no more of Node.js than it uses", async () => {
  const { code } = await bundle(KEEP_ORDER, ROOT);
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

test("an entry that is not there is named", async () => {
  assert.is(
    await refusal(bundle("handlers/none.ts", ROOT)),
    `handlers/none.ts: there is no such file to bundle in ${ROOT}`,
  );
});

test("what cannot be built is told in one line with its place", async () => {
  const root = project({
    "syntax.ts": "export const handler = async () => {\n  return 1 +;\n};\n",
    "import.ts": `import { x } from "./nowhere.ts";\nexport const handler = () => x;\n`,
  });

  assert.is(await refusal(buildBundles(root, ["syntax.ts"])), 'syntax.ts:2:13: Unexpected ";"');
  assert.is(
    await refusal(buildBundles(root, ["import.ts"])),
    'import.ts:1:19: Could not resolve "./nowhere.ts"',
  );
});

test("an entry that exports no handler is refused", async () => {
  assert.is(
    await refusal(bundle("handlers/shared/env.ts", ROOT)),
    "handlers/shared/env.ts: it does not export handler, the function that Lambda calls",
  );
});

test("one entry that cannot be bundled does not take the others with it", async () => {
  const [good, bad] = await Promise.allSettled([
    bundle("packages/lambda-bundler/tests/fixtures/sdk-refusals.ts", ROOT),
    bundle("handlers/shared/env.ts", ROOT),
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
    await refusal(buildBundles(root, ["entry.ts"])),
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
    await refusal(buildBundles(root, ["entry.ts"])),
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
    await refusal(buildBundles(root, ["entry.ts"])),
    /: @aws-sdk\/client-sqs\/dist-es\/models\/errors\.js: its error classes have another form/,
  );
});

test.run();
