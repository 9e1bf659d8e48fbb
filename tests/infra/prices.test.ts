import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { programWith } from "./support/program.ts";

const test = suite("prices");
const ROOT = join(import.meta.dirname, "..", "..");

const guide = readFileSync(join(ROOT, "docs", "deploy.md"), "utf8");
const ALARM = 0.1;
const COMPOSITE_ALARM = 0.5;
const FREE_ALARMS = 10;

/** The settings of a stack, as Pulumi passes them. */
function settingsOf(stack: string): Record<string, string> {
  const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
  return Object.fromEntries([
    ["monitoring:email", "alerts@example.com"],
    ...Object.entries(config as Record<string, unknown>).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ]);
}

for (const stack of ["dev", "prod"]) {
  test(`the guide says what the alarms of ${stack} cost, and about how many there are`, async () => {
    const program = await programWith({ config: settingsOf(stack), stack });
    const { length } = program.ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
    const composite = program.ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm").length;
    const price = (length - FREE_ALARMS) * ALARM + composite * COMPOSITE_ALARM;
    const row = guide.split("\n").find((line) => line.startsWith(`| \`${stack}\``));

    assert.match(row ?? "", `alarms $${Math.round(price)}`);
    assert.match(guide, `about ${10 * Math.round(length / 10)} in a stack`);
  });
}

test("each line of prod's settings, also of those that are off, says before it what it costs", () => {
  const lines = readFileSync(join(ROOT, "Pulumi.prod.yaml"), "utf8").split("\n");
  const unpriced: string[] = [];
  let comment = "";
  for (const line of lines.slice(lines.indexOf("config:") + 1)) {
    const [, setting] = /^ {2}(?:# {3})?([a-z]+:[A-Za-z]+):/.exec(line) ?? [];
    if (!setting) {
      comment = /^ {2}# \S/.test(line) ? line : comment;
      continue;
    }
    if (!setting.startsWith("aws:") && !/\$\d/.test(comment)) unpriced.push(setting);
  }

  assert.equal(unpriced, []);
});

test("prod's settings name every one that turns something on", () => {
  const text = readFileSync(join(ROOT, "Pulumi.prod.yaml"), "utf8");
  for (const setting of [
    "api:detailedMetrics",
    "api:domainName",
    "api:httpAuthorizer",
    "api:restAuthorizer",
    "api:waf",
    "delivery:alias",
    "encryption:customerManagedKey",
    "functions:reservedConcurrency",
    "functions:signingProfile",
    "ingest:requireKey",
    "monitoring:auditTrail",
    "monitoring:emailRequired",
    "monitoring:monthlyBudgetUsd",
    "tables:backupPlan",
    "tables:deletionProtection",
    "tables:pointInTimeRecovery",
  ]) {
    assert.match(text, `${setting}: `);
  }
});

test.run();
