import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("every script of package.json");
const ROOT = join(import.meta.dirname, "..", "..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
// What another program is, which has options and a help of its own.
const FOREIGN = ["check:imports", "fix"];
const MAX_MS = 60_000;

/** What a script prints of itself, without npm's own half of a second. */
async function help(name: string) {
  const [program = "", ...words] = (scripts[name] ?? "").split(" ");
  const file = program === "node" ? process.execPath : join(ROOT, "node_modules", ".bin", program);
  const env = { ...process.env, npm_lifecycle_event: "", LOCAL_AWS_PORT: "1" };
  return promisify(execFile)(file, [...words, "--help"], { cwd: ROOT, env, timeout: MAX_MS }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

// Those that run the same file differ by its arguments alone.
const names = [
  ...new Map(
    Object.entries(scripts).map(([name, script]) => [
      script.split(" ").slice(0, 3).join(" "),
      name,
    ]),
  ).values(),
];
const answers = new Map<string, Awaited<ReturnType<typeof help>>>();
test.before(async () => {
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      answers.set(name, await help(name));
    }
  };
  await Promise.all([work(), work()]);
});

for (const name of names) {
  test(`${name} --help says what it does and takes`, () => {
    const { code, stdout = "", stderr } = answers.get(name) ?? {};
    assert.is(code, 0, stderr);
    assert.is(stderr, "");
    if (FOREIGN.includes(name)) return assert.match(stdout, /usage: /i);
    const usage = name === "start" ? "npm start --" : "npm (run \\S+|test)";
    assert.match(stdout, new RegExp(`^  (\\[ENV=dev\\] )?${usage}`, "m"));
    assert.match(stdout, /--help/);
  });
}

for (const [name, script] of Object.entries(scripts)) {
  if (FOREIGN.includes(name)) continue;
  test(`${name} reads its options in the one place that refuses unknown ones by name`, () => {
    const [program, runner, entry = ""] = script.split(" ");
    assert.equal([program, runner], ["node", "cli/run.mjs"]);
    const source = readFileSync(join(ROOT, entry), "utf8");
    assert.match(source, name === "start" ? /runCommandLine\(/ : /\breadArguments\(\{/);
  });
}

test("no file beside it reads options", () => {
  const readers = globSync(["{cli,bench,tests,infra}/**/*.ts", "packages/*/src/**/*.ts"], {
    cwd: ROOT,
  })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\bparseArgs\(/.test(readFileSync(join(ROOT, file), "utf8")));
  assert.equal(readers, ["packages/command-text/src/read-arguments.ts"]);
});

test.run();
