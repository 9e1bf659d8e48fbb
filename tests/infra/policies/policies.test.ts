import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { exceptions, type Stack } from "../../../cli/scan/exceptions.ts";
import { programWith } from "../support/program.ts";
import type { Registration } from "../support/registrations.ts";
import { countsIn, rules } from "./rules.ts";
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

const programs: Record<Stack, Registration[]> = {
  dev: (await programWith({ config: profile("dev"), stack: "dev" })).all,
  prod: (await programWith({ config: profile("prod"), stack: "prod" })).all,
};
const open: Record<Stack, number> = { dev: 0, prod: 0 };
let mutants = 0;
let killed = 0;

for (const stack of ["dev", "prod"] as const) {
  for (const rule of rules.filter((it) => countsIn(stack, it))) {
    test(`${stack}: ${rule.asks} (${rule.ids.join(" ")})`, () => {
      const resources = programs[stack].filter(({ type }) => type === rule.type);
      assert.ok(resources.length > 0, `there is no ${rule.type}`);
      const unmet = resources.filter((it) => !rule.met(it)).map(({ name }) => name);
      open[stack] += unmet.length;
      assert.equal(unmet, []);
    });

    test(`${stack}: the row turns red without it (${rule.ids[0]})`, () => {
      for (const resource of programs[stack].filter(({ type }) => type === rule.type)) {
        const mutant = { ...resource, inputs: rule.broken(resource.inputs) };
        mutants++;
        assert.is(rule.met(mutant), false, resource.name);
        killed++;
      }
    });
  }
}

test("every rule has an id of its own, and every exception a reason", () => {
  const ids = rules.flatMap((row) => row.ids);
  assert.is(new Set(ids).size, ids.length);
  for (const row of [...rules, ...exceptions]) assert.ok(row.ids.length > 0, row.asks);
  for (const { asks, why } of exceptions) assert.match(why, /^[A-Z].{20,}\.$/, asks);
  const covered = exceptions.flatMap((row) =>
    row.ids.map((id) => `${id} ${row.stacks ?? ""} ${row.findings ?? ""}`),
  );
  assert.is(new Set(covered).size, covered.length);
});

test("an exception for dev is a rule that dev does not meet and prod does, under the same ids", () => {
  const devOnly = exceptions.filter(({ stacks }) => stacks);
  assert.ok(devOnly.length > 5);
  for (const { ids, asks, stacks } of devOnly) {
    const rule = rules.find((it) => it.asks === asks);
    assert.equal([rule?.ids, stacks], [ids, ["dev"]], asks);
    const resources = programs.dev.filter(({ type }) => type === rule?.type);
    assert.ok(
      resources.some((it) => !rule?.met(it)),
      `${asks}: dev meets it, so the exception is not needed`,
    );
  }
  // Rules that nobody meets are not in the table, but for those whose exception is about some findings only.
  for (const { ids } of exceptions.filter(({ stacks, findings }) => !stacks && !findings)) {
    assert.equal(
      rules.filter((rule) => rule.ids.some((id) => ids.includes(id))).map(({ asks }) => asks),
      [],
    );
  }
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
  const reasons = exceptions.length;
  console.log(
    `figures: policy: ${rules.length} rules, ${count} resources, open: ${open.dev} in dev, ${open.prod} in prod; ${reasons} exceptions (reasons in docs/security.md); mutants killed: ${killed} of ${mutants}`,
  );
});

test.run();
