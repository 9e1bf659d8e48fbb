import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("docs/deploy.md");
const ROOT = join(import.meta.dirname, "..", "..");

const guide = readFileSync(join(ROOT, "docs", "deploy.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const found = (form: RegExp) => [...new Set([...guide.matchAll(form)].map(([, it = ""]) => it))];

test("every command that it names is there", () => {
  const commands = found(/npm run ([\w:]+)/g);

  assert.ok(commands.length >= 8);
  for (const command of commands) assert.ok(scripts[command], command);
});

test("every option of a command is one that its help lists", () => {
  const options = found(/npm run ([\w:]+ -- [^`\n]*)/g);

  assert.ok(options.length >= 5);
  for (const option of options) {
    const [script = "", ...words] = option.split(" ");
    const [, entry = ""] = /(cli\/[\w-]+\.ts)/.exec(scripts[script] ?? "") ?? [];
    assert.ok(entry, script);
    const help = readFileSync(join(ROOT, entry), "utf8");
    for (const word of words.filter((it) => /^--[a-z]/.test(it))) {
      const known = help.includes(word) || (word === "--stack" && help.includes("TARGET_HELP"));
      assert.ok(known, `${script} ${word}`);
    }
  }
});

test("every file that it names is there", () => {
  for (const file of found(/`((?:infra|packages|docs)\/[\w/.-]+)`/g)) {
    assert.ok(existsSync(join(ROOT, file)), file);
  }
});

test("every setting that it names is one of the program's", () => {
  const sources = ["infra/settings.ts", "infra/delivery/index.ts"].map((file) =>
    readFileSync(join(ROOT, file), "utf8"),
  );
  const settings = found(
    /`?((?:api|delivery|ingest|logs|monitoring|names|orders|tables):[a-zA-Z]+)/g,
  );

  assert.ok(settings.length >= 5);
  for (const setting of settings) {
    const [namespace = "", key = ""] = setting.split(":");
    const known = sources.some((source) => source.includes(namespace) && source.includes(key));
    assert.ok(known, setting);
  }
});

test.run();
