import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { camelCase } from "../../infra/aws/function.ts";
import { functionBundler } from "../../infra/aws/function-code.ts";
import { programWith } from "./support/program.ts";

const test = suite("what functions run");

const ROOT = join(import.meta.dirname, "..", "..");
const program = await programWith({
  config: { "ingest:schedule": "rate(1 hour)" },
});

/** The files of handlers/ that export a handler, by the job that their names say. */
const entries = Object.fromEntries(
  readdirSync(join(ROOT, "handlers"), { recursive: true, encoding: "utf8" })
    .map((file) => join("handlers", file))
    .filter((file) => file.endsWith(".ts") && exportsHandler(file))
    .map((file) => [camelCase(basename(file, ".ts")), file]),
);

function exportsHandler(file: string): boolean {
  return /^export (const|function|async function) handler\b/m.test(
    readFileSync(join(ROOT, file), "utf8"),
  );
}

test("every entry file is one function, and every function has an entry file", () => {
  const names = Object.entries(program.outputs["functionNames"] as Record<string, string>);
  assert.equal(names.map(([job]) => job).sort(), Object.keys(entries).sort());
  const functions = program.ofType("aws:lambda/function:Function").map(({ name }) => name);
  assert.equal(names.map(([, name]) => name).sort(), functions.map((it) => `${it}.name`).sort());
});

for (const [job, name] of Object.entries(
  program.outputs["functionNames"] as Record<string, string>,
)) {
  test(`${job} runs ${entries[job]}`, async () => {
    const { assets } = program.get(name.replace(/\.name$/, "")).inputs["code"] as {
      assets: Record<string, { path: string }>;
    };
    const { file } = await functionBundler.bundle(entries[job] ?? "");
    assert.equal(Object.keys(assets), ["index.mjs"]);
    assert.is(resolve(assets["index.mjs"]?.path ?? ""), file);
  });
}

test.run();
