import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { programWith } from "../support/program.ts";
import type { Registration } from "../support/registrations.ts";
import { declined, rules } from "./rules.ts";
import { securityPage } from "./security-page.ts";

const test = suite("policies");
const ROOT = join(import.meta.dirname, "..", "..", "..");

/** The settings of a profile, as Pulumi passes them; prod has an address, which its file leaves to whoever deploys. */
function profile(stack: string): Record<string, string> {
  const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
  const values = Object.entries(config as Record<string, unknown>);
  return Object.fromEntries([
    ["monitoring:email", "alerts@example.com"],
    ...values.map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ]);
}

const programs: Record<"dev" | "prod", Registration[]> = {
  dev: (await programWith({ config: profile("dev"), stack: "dev" })).all,
  prod: (await programWith({ config: profile("prod"), stack: "prod" })).all,
};
let killed = 0;

for (const stack of ["dev", "prod"] as const) {
  for (const rule of rules.filter(({ profiles }) => profiles.includes(stack))) {
    test(`${stack}: ${rule.asks} (${rule.ids.join(" ")})`, () => {
      const resources = programs[stack].filter(({ type }) => type === rule.type);
      assert.ok(resources.length > 0, `there is no ${rule.type}`);
      assert.equal(
        resources.filter((it) => !rule.met(it)).map(({ name }) => name),
        [],
      );
    });

    test(`${stack}: the row turns red without it (${rule.ids[0]})`, () => {
      for (const resource of programs[stack].filter(({ type }) => type === rule.type)) {
        const mutant = { ...resource, inputs: rule.broken(resource.inputs) };
        assert.is(rule.met(mutant), false, resource.name);
        killed++;
      }
    });
  }
}

test("every rule has an id of its own, and what is declined has a reason", () => {
  const ids = [...rules, ...declined].flatMap((row) => row.ids);
  assert.is(new Set(ids).size, ids.length);
  for (const row of [...rules, ...declined]) assert.ok(row.ids.length > 0, row.asks);
  for (const { asks, why } of declined) assert.match(why, /^[A-Z].{20,}\.$/, asks);
});

test("settings files are written as Pulumi writes them: every value is a quoted or plain string", () => {
  for (const stack of ["dev", "prod"]) {
    const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
    for (const [key, value] of Object.entries(config)) {
      if (key !== "aws:defaultTags") assert.type(value, "string", `${stack}: ${key}`);
    }
  }
});

test("docs/security.md is up to date", () => {
  assert.is(readFileSync(join(ROOT, "docs", "security.md"), "utf8"), securityPage());
});

test.after(() => {
  const count = programs.dev.length + programs.prod.length;
  console.log(
    `policy: ${rules.length} rules, ${count} resources of dev and prod, ${declined.length} declined (reasons in docs/security.md); ${killed} mutants killed`,
  );
});

test.run();
