import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
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

test("every link between documents leads to a file", () => {
  const broken = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.equal(broken, []);
});

/** The blocks of a page that are for a shell. */
function shellBlocks(page: string): string[] {
  return [...read(page).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

test("no block for a shell has a place to fill in", () => {
  const places = ["README.md", "docs/apis.md", "docs/local.md", "docs/troubleshooting.md"]
    .flatMap((page) => shellBlocks(page).map((block) => [page, block] as const))
    .filter(([, block]) => /<[a-z][^>\n]*>/i.test(block));
  assert.equal(places, []);
});

/** A pattern for what a page says is printed: `…` stands for anything, and ids, times and keys differ each time. */
function pattern(expected: string): RegExp {
  const escaped = expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    escaped
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+\\\.\d{3}Z/g, "[\\dT:.Z-]+")
      .replaceAll(/,"registeredAt":"\[[^"]*"/g, '(,"registeredAt":"[^"]+")?')
      .replaceAll("…", "[\\s\\S]*"),
  );
}

/** Runs a block in one shell, and answers what each command printed with what the page says. */
async function run(block: string): Promise<[printed: string, expected: string][]> {
  const expected: string[] = [];
  const lines = block.split("\n").map((line) => {
    if (!line.startsWith("# ")) return line;
    expected.push(line.slice(2));
    return `echo; echo '${MARK}'`;
  });
  const env = { ...process.env, LOCAL_AWS_PORT: new URL(stack.awsEndpoint).port };
  const { stdout } = await stack.during(
    promisify(execFile)("bash", ["-c", lines.join("\n")], { cwd: ROOT, env }),
  );
  const printed = stdout.split(`${MARK}\n`).map((text) => text.trim());
  return expected.map((text, index) => [printed[index] ?? "", text]);
}

for (const [page, index] of [
  ["README.md", 0],
  ["docs/apis.md", 0],
] as const) {
  test(`block ${index + 1} of ${page} prints what it says`, async () => {
    const answers = await run(shellBlocks(page)[index] ?? "");
    assert.ok(answers.length > 0);
    // Each page starts with a customer that nobody has created yet.
    await run(
      'URL=$(npm run -s outputs customersApiUrl); KEY=$(npm run -s outputs customersApiKey)\ncurl -s -X DELETE -H "x-api-key: $KEY" $URL/customers/ada',
    );
    for (const [printed, expected] of answers) assert.match(printed, pattern(expected));
  });
}

test.run();
