import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as realWait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evaluateProgram } from "../../src/evaluation/evaluate.ts";
import type { EvaluationRequest } from "../../src/evaluation/evaluation-request.ts";
import { ProgramCache } from "../../src/evaluation/program-cache.ts";
import { readStackSettings } from "../../src/evaluation/stack-file.ts";

const test = suite("a program that is kept");
const PULUMI = join(import.meta.dirname, "..", "..", "..", "..", "node_modules", "@pulumi");
const VARIABLE = "KEPT_PROGRAM_VARIABLE";

const root = mkdtempSync(join(tmpdir(), "kept-program-"));
const place = {
  account: "000000000000",
  region: "eu-central-1",
  secret: "secret",
  awsEndpoint: "http://127.0.0.1:1",
  apiEndpoint: "http://localhost:2",
};

const SETTINGS = "config:\n  aws:region: eu-central-1\n  kept:word: one\n";
const FILES = {
  "package.json": '{ "type": "module" }',
  "Pulumi.yaml": "name: kept\nruntime: nodejs\n",
  "Pulumi.dev.yaml": SETTINGS,
  "index.ts": `
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import pulumi from "@pulumi/pulumi";
import greeting from "greeting";
import { part } from "./part.ts";
import data from "./data.json" with { type: "json" };

console.log("evaluating");
export const all = [
  new pulumi.Config().require("word"), part, data.value, greeting,
  readFileSync("text.txt", "utf8"), await readFile(new URL("later.txt", import.meta.url), "utf8"),
  existsSync("switch.txt"), readdirSync("folder"), process.env["${VARIABLE}"] ?? "unset",
];
`,
  "part.ts": 'export const part = "a part";\n',
  "data.json": '{ "value": 1 }',
  "text.txt": "text",
  "later.txt": "later",
  "folder/a.txt": "a",
  "not-read.txt": "nobody reads this",
  "node_modules/greeting/package.json":
    '{ "name": "greeting", "version": "1.0.0", "main": "index.js" }',
  "node_modules/greeting/index.js": 'module.exports = "hello";\n',
};

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const request = (): EvaluationRequest => ({
  root,
  settings: readStackSettings(root, "dev"),
  place,
});

/** Evaluates until the program is kept; the process that evaluates keeps it after it has answered. */
async function keep(): Promise<void> {
  for (;;) {
    await evaluateProgram(request(), true);
    for (let waits = 0; waits < 50; waits++) {
      if (new ProgramCache(request()).find().program) return;
      await realWait(20);
    }
  }
}

test.before(async () => {
  for (const [file, text] of Object.entries(FILES)) write(file, text);
  symlinkSync(PULUMI, join(root, "node_modules", "@pulumi"), "junction");
  await keep();
});
test.after(() => rmSync(root, { recursive: true, force: true }));

test("is what the evaluation gave, and says that it was kept", async () => {
  const { program, origin } = await evaluateProgram(request(), true);
  assert.equal(origin, { kept: true });
  assert.equal(program.outputs["all"]?.value, [
    "one",
    "a part",
    1,
    "hello",
    "text",
    "later",
    false,
    ["a.txt"],
    "unset",
  ]);
});

test("prints what its evaluation printed", () => {
  const found = new ProgramCache(request()).find();
  assert.is(found.program && found.printed, "evaluating\n");
});

/** What has to be evaluated again when this file has this text; undefined when nothing has. */
function changedBy(file: keyof typeof FILES | string, text: string): string | undefined {
  const before = FILES[file as keyof typeof FILES];
  write(file, text);
  try {
    return new ProgramCache(request()).find().changed;
  } finally {
    if (before === undefined) rmSync(join(root, file));
    else write(file, before);
  }
}

for (const [kind, file, text, changed] of [
  ["the program itself", "index.ts", "export {};", "index.ts"],
  ["a module that it imports", "part.ts", 'export const part = "b part";\n', "part.ts"],
  ["data that it imports", "data.json", '{ "value": 2 }', "data.json"],
  ["a file that it reads at once", "text.txt", "TEXT", "text.txt"],
  ["a file that it reads later", "later.txt", "LATER", "later.txt"],
  ["a file whose absence it saw", "switch.txt", "", "switch.txt"],
  ["the names in a folder that it lists", "folder/b.txt", "", "folder"],
  ["a setting", "Pulumi.dev.yaml", SETTINGS.replace("one", "two"), "the setting kept:word"],
  [
    "a setting that is new",
    "Pulumi.dev.yaml",
    `${SETTINGS}  kept:more: x\n`,
    "the setting kept:more",
  ],
] as const) {
  test(`is evaluated again after a change of ${kind}`, () => {
    assert.is(changedBy(file, text), changed);
    assert.ok(
      new ProgramCache(request()).find().program,
      "it is found again once all is as it was",
    );
  });
}

test("is found after a change of what it did not read", () => {
  assert.is(changedBy("not-read.txt", "still nobody"), undefined);
  assert.is(changedBy("folder/a.txt", "only its name was read"), undefined);
});

test("is evaluated again when a variable that it read changes, and not for another", () => {
  try {
    process.env["KEPT_PROGRAM_OTHER"] = "x";
    assert.ok(new ProgramCache(request()).find().program);
    process.env[VARIABLE] = "set";
    assert.is(new ProgramCache(request()).find().changed, `the variable ${VARIABLE}`);
  } finally {
    delete process.env["KEPT_PROGRAM_OTHER"];
    delete process.env[VARIABLE];
  }
  assert.ok(new ProgramCache(request()).find().program);
});

test("is another one at other addresses", () => {
  const elsewhere = { ...request(), place: { ...place, awsEndpoint: "http://127.0.0.1:3" } };
  assert.equal(new ProgramCache(elsewhere).find(), { changed: undefined });
});

test("is evaluated again when an installed package changes", async () => {
  write("node_modules/greeting/index.js", 'module.exports = "goodbye";\n');
  const file = "node_modules/greeting/index.js";
  assert.is(new ProgramCache(request()).find().changed, file);
  const { program, origin } = await evaluateProgram(request(), true);
  assert.equal(origin, { kept: false, changed: file });
  assert.ok(JSON.stringify(program.outputs["all"]).includes('"goodbye"'));
});

const WATCH = pathToFileURL(
  join(import.meta.dirname, "..", "..", "src", "evaluation", "input-watch.ts"),
);

for (const [what, told, line] of [
  ["reads a file", true, 'import("node:fs").then((fs) => fs.readFileSync("index.ts"));'],
  ["starts a process", false, 'process.getBuiltinModule("child_process").execSync("node -v");'],
  ["uses the network", false, 'await fetch("http://127.0.0.1:49999").catch(() => {});'],
  [
    "starts a thread",
    false,
    'new (process.getBuiltinModule("worker_threads").Worker)("", { eval: true });',
  ],
] as const) {
  test(`${told ? "can" : "cannot"} be told from what it read when it ${what}`, async () => {
    const script = `
      import { InputWatch } from "${WATCH}";
      const watch = new InputWatch();
      ${line}
      setImmediate(() => { console.log(watch.inputs() !== undefined); process.exit(); });
    `;
    const flags = ["--input-type=module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: root });
    assert.is(stdout.trim(), String(told));
  });
}

test("is kept for each secret that it was evaluated with, so that data folders may take turns", async () => {
  await keep();
  const other = { ...request(), place: { ...place, secret: "another" } };
  assert.is(new ProgramCache(other).find().changed, undefined);
  assert.ok(new ProgramCache(request()).find().program);
});

test("finds the parts of Pulumi's SDK that are loaded when they are first used", async () => {
  write(
    "index.ts",
    `import pulumi, { automation } from "@pulumi/pulumi";
     export const found = [typeof automation.LocalWorkspace, "createStack" in pulumi.automation.LocalWorkspace,
       Object.keys(automation).includes("LocalWorkspace"), typeof pulumi.dynamic.Resource];`,
  );
  try {
    const { program } = await evaluateProgram(request());
    assert.equal(program.outputs["found"]?.value, ["function", true, true, "function"]);
  } finally {
    write("index.ts", FILES["index.ts"]);
  }
});

test.run();
