import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("no secrets");
const ROOT = join(import.meta.dirname, "..", "..", "..");

/** What keys of services look like. Built from parts, so that this file does not look like one itself. */
const KEYS: Record<string, RegExp> = {
  "AWS access key id": /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  "AWS secret access key":
    /(?<![\w/+=-])(?=[\w/+]*[A-Z])(?=[\w/+]*[a-z])(?=(?:[A-Za-z/+]*\d){3})[A-Za-z0-9/+]{40}(?![\w/+=-])/g,
  "API Gateway key":
    /(?<![\w/+=-])(?=(?:[a-zA-Z]*\d){3})(?=[a-zA-Z0-9]*[a-z])(?=[a-zA-Z0-9]*[A-Z])[a-zA-Z0-9]{40}(?![\w/+=-])/g,
  "private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/g,
  "GitHub token": /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{22,}\b/g,
  "npm token": /\bnpm_[A-Za-z0-9]{36}\b/g,
  "Pulumi token": /\bpul-[0-9a-f]{40}\b/g,
  "Slack token": /\bxox[abprs]-[\w-]{10,}\b/g,
  "Stripe key": /\b[rs]k_live_[0-9a-zA-Z]{20,}\b/g,
  "password in a URL": /\b[a-z]+:\/\/[^\s/:@"'`$]+:[^\s/:@"'`$]{3,}@[a-z]/g,
};

/** Keys that AWS's documentation uses in its examples: they open nothing. */
const EXAMPLES = /EXAMPLE/;

/** Files whose long words are hashes. */
const HASHES = /(^|\/)package-lock\.json$/;

function looksLikeKeys(text: string): string[] {
  return Object.entries(KEYS).flatMap(([what, form]) =>
    [...text.matchAll(form)]
      .filter(([found]) => !EXAMPLES.test(found))
      .map(([found]) => `${what}: ${found.slice(0, 6)}…`),
  );
}

/** Everything that is or would be committed. */
function files(): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\0");
  return listed.filter((file) => file && !HASHES.test(file) && isText(file));
}

function isText(file: string): boolean {
  const path = join(ROOT, file);
  return (
    (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false) && !/\.(png|gz|db)$/.test(file)
  );
}

test("nothing in the repository looks like a key", () => {
  const found = files().flatMap((file) =>
    looksLikeKeys(readFileSync(join(ROOT, file), "utf8")).map((line) => `${file}: ${line}`),
  );
  assert.equal(found, []);
});

for (const [what, key] of [
  ["AWS access key id", `AKIA${"Q7".repeat(8)}`],
  ["AWS secret access key", `aB3/${"xY9+".repeat(9)}`],
  ["API Gateway key", "aB3d".repeat(10)],
  ["private key", `-----BEGIN RSA ${"PRIVATE"} KEY-----`],
  ["GitHub token", `ghp_${"a1B2".repeat(9)}`],
  ["npm token", `npm_${"a1B2".repeat(9)}`],
  ["Pulumi token", `pul-${"0a".repeat(20)}`],
  ["Slack token", `xoxb-${"12345678".repeat(2)}`],
  ["Stripe key", `sk_live_${"a1B2".repeat(6)}`],
  ["password in a URL", `https://user:${"hunter2"}@example.com`],
] as const) {
  test(`${what}: it would be found`, () => {
    assert.ok(looksLikeKeys(`key: "${key}"`).some((line) => line.startsWith(what)));
  });
}

test.run();
