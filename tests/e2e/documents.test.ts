import { execFile, spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Block,
  blocksOf,
  type Expectation,
  patternOf,
  scriptOf,
} from "./support/page-blocks.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("README and docs");
const ROOT = join(import.meta.dirname, "..", "..");
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...globSync("docs/**/*.md", { cwd: ROOT }),
];
const MAX_README_LINES = 200;
const MARK = "=== answer ===";
const MAX_MS = 300_000;

const read = (page: string) => readFileSync(join(ROOT, page), "utf8");

let stack: TestStack;
test.before(async () => {
  stack = await startStack();
});
test.after(() => stack?.stop());

test("the README is short", () => {
  const lines = read("README.md").split("\n").length;
  assert.ok(lines <= MAX_README_LINES, `README.md has ${lines} lines`);
});

test("the changelog's newest version is that of package.json", () => {
  const [, newest] = /^## (\d+\.\d+\.\d+)/m.exec(read("CHANGELOG.md")) ?? [];
  assert.is(newest, JSON.parse(read("package.json")).version);
});

test("every link between documents leads to a file", () => {
  const broken = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.equal(broken, []);
});

const blocks = new Map(PAGES.map((page) => [page, blocksOf(join(ROOT, page), page)]));
const all = [...blocks.values()].flat();

// Why a block is not run.
const REASONS = [
  "needs an account",
  "needs PowerShell",
  "needs version 2 of the AWS CLI",
  "starts a stack",
  "runs the tests",
  "takes minutes",
  "changes the repository",
];
// What else is on pages: guides, which their own test follows, and what programs print.
const OTHER = ["", "ts", "diff", "json", "sql"];

test("every block is run, or says why not", () => {
  const unexplained = all.filter(
    ({ language, notRun, place }) =>
      (notRun !== undefined && !REASONS.includes(notRun)) ||
      (language === "powershell" && notRun !== "needs PowerShell") ||
      !["sh", "powershell", ...OTHER].includes(language) ||
      (place.startsWith("docs/guides/") && language === "sh" && notRun === undefined),
  );
  assert.equal(unexplained, []);
  const indented = PAGES.filter((page) => !page.startsWith("docs/guides/")).flatMap((page) =>
    [...read(page).matchAll(/^\n {4}(npm|npx|aws|curl|git|cd|export) .*$/gm)].map(([line]) => line),
  );
  assert.equal(indented, []);
});

test("no block for a shell has a place to fill in, a date that only GNU knows, or a pager", () => {
  const shell = all.filter(({ language }) => language === "sh" || language === "powershell");
  const places = shell.filter(({ text }) => /<[a-z][^>\n]*>|\bdate (-u )?-d\b/i.test(text));
  assert.equal(places, []);
  for (const [page, blocks] of runs) {
    const text = blocks.map((block) => block.text).join("");
    if (/\baws /.test(text)) assert.match(text, "AWS_PAGER= ", page);
  }
});

// The blocks of a page follow each other: variables of one are there in the next.
const runs = new Map(
  [...blocks].map(([page, all]) => [
    page,
    all.filter(({ language, notRun }) => language === "sh" && notRun === undefined),
  ]),
);
const hasAws = spawnSync("aws", ["--version"]).status === 0;
const callsAws = ({ text }: Block) => /^(\w+=\$\()?(here|aws) /m.test(text);

/** `npm run` without npm's own half of a second, for each script of this project. */
function npmFunction(): string {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const cases = Object.entries(scripts)
    .filter(([, script]) => script.startsWith("node "))
    .map(
      ([name, script]) =>
        `${name}) shift; [ "\${1-}" = -- ] && shift; "$NODE"${script.slice(4)} "$@";;`,
    );
  return `npm() { [ "$1" = run ] && shift; [ "$1" = -s ] && shift; case "$1" in\n${cases.join("\n")}\n*) return 1;; esac; }`;
}

/** Runs the blocks of a page in one shell. */
async function run(blocks: readonly Block[]): Promise<[Expectation, printed: string][]> {
  const scripts = blocks.map((block) => scriptOf(block, MARK));
  const expectations = scripts.flatMap(([, expectations]) => expectations);
  const port = new URL(stack.awsEndpoint).port;
  const text = scripts
    .map(([script]) => script)
    .join("")
    .replaceAll("localhost:4566", `127.0.0.1:${port}`)
    .replaceAll("127.0.0.1:4566", `127.0.0.1:${port}`);
  const env = {
    ...process.env,
    NODE: process.execPath,
    LOCAL_AWS_PORT: port,
    URL_GET: `${stack.output("ingestApiUrl")}/users`,
    URL_POST: `${stack.output("ingestApiUrl")}/ingest`,
  };
  const shell = promisify(execFile)("bash", ["-euc", `${npmFunction()}\n${text}`], {
    cwd: ROOT,
    env,
    timeout: MAX_MS,
  });
  const { stdout } = await stack.during(shell).catch(({ stdout = "", stderr = "" }) => {
    throw new Error(`it ended after:\n${stdout}\n${stderr}`);
  });
  const printed = stdout.split(`${MARK}\n`);
  return expectations.map((expectation, index) => [expectation, printed[index] ?? ""]);
}

for (const [page, blocks] of runs) {
  const runnable = blocks.filter((block) => hasAws || !callsAws(block));
  if (runnable.length === 0) continue;
  test(`what ${page} has to paste prints what it says`, async () => {
    for (const [{ place, text }, printed] of await run(runnable)) {
      assert.match(printed, patternOf(text), `${place}\n${printed}`);
    }
    // Each page starts with a customer that nobody has created yet.
    await run([{ place: "", language: "sh", text: TIDY }]);
  });
}

const TIDY = `
URL=$(npm run -s outputs customersApiUrl)
KEY=$(npm run -s outputs customersApiKey)
curl -s -X DELETE -H "x-api-key: $KEY" $URL/customers/ada
rm -f answer.json
`;

test.run();
