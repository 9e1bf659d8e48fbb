import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clientSettings } from "../../handlers/ingest/client/settings.ts";
import { programWith } from "./support/program.ts";
import type { Registration } from "./support/registrations.ts";

const test = suite("what functions find in their environment");
const ROOT = join(import.meta.dirname, "..", "..");
const CLIENT_SETTINGS = "handlers/ingest/client/settings.ts";

const program = await programWith({
  config: { "ingest:schedule": "rate(1 hour)", "ingest:requireKey": "true" },
});
const functions = program.ofType("aws:lambda/function:Function");

/** The files of ours that a function's bundle is made of. */
function sourcesOf({ inputs }: Registration): string[] {
  const { assets } = inputs["code"] as { assets: Record<string, { path: string }> };
  return JSON.parse(readFileSync(`${assets["index.mjs"]?.path}.map`, "utf8")).sources;
}

const textOf = (file: string) => readFileSync(join(ROOT, file), "utf8");

function requiredBy(files: string[]): string[] {
  const calls = files.flatMap((file) => [...textOf(file).matchAll(/requireEnv\("(\w+)"\)/g)]);
  return [...new Set(calls.map(([, name = ""]) => name))].sort();
}

function givenTo({ inputs }: Registration): Record<string, string> {
  const { variables = {} } = (inputs["environment"] ?? {}) as {
    variables?: Record<string, string>;
  };
  return variables;
}

/** The variables that the ingest client looks at, and its complaint about those that it must have. */
function clientVariables(): { looked: string[]; complaint: string } {
  const looked = new Set<string>();
  const env = new Proxy({}, { get: (_, name) => void looked.add(String(name)) });
  try {
    clientSettings(env);
  } catch (error) {
    return { looked: [...looked], complaint: String(error) };
  }
  return { looked: [...looked], complaint: "" };
}

for (const registration of functions) {
  const { name } = registration;
  const sources = sourcesOf(registration);
  // It reads a file of settings and a function's environment alike.
  if (sources.includes(CLIENT_SETTINGS)) continue;
  test(`${name} is given what it reads, and nothing else`, () => {
    assert.ok(sources.length > 0);
    assert.equal(Object.keys(givenTo(registration)).sort(), requiredBy(sources));
    for (const [variable, value] of Object.entries(givenTo(registration))) {
      assert.ok(value && value !== "undefined", variable);
    }
  });
}

test("the scheduled pull is given what the client must have, and the key", () => {
  const [pull, ...others] = functions.filter((it) => sourcesOf(it).includes(CLIENT_SETTINGS));
  assert.ok(pull);
  assert.equal(others, []);
  assert.equal(requiredBy(sourcesOf(pull)), []);
  const { looked, complaint } = clientVariables();
  const given = Object.keys(givenTo(pull)).sort();
  const must = looked.filter((name) => complaint.includes(name));
  assert.equal(given, ["API_KEY", ...must].sort());
  assert.ok(looked.includes("API_KEY"));
});

test("no variable is read in a way that would not be seen here", () => {
  const files = new Set(functions.flatMap(sourcesOf));
  const readers = [...files].filter((file) => textOf(file).includes("process.env"));
  assert.equal(readers.sort(), ["handlers/ingest/pull-users.ts", "handlers/shared/env.ts"]);
  for (const file of files) {
    if (file === "handlers/shared/env.ts") continue;
    assert.not.match(textOf(file), /requireEnv\((?!"\w+"\))/, file);
  }
});

test.run();
