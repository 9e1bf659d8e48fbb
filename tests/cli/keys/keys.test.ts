import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { consumersIn, rotated, settingOf, withConsumer } from "../../../cli/keys/consumers.ts";
import { changeConsumers } from "../../../cli/keys/stack-file.ts";

const test = suite("npm run keys");

test("a consumer is added once, under a name that AWS and URLs can bear", () => {
  assert.equal(withConsumer(["default"], "web-shop"), ["default", "web-shop"]);
  assert.throws(() => withConsumer(["web.2"], "web"), /^there is a consumer web already$/);
  for (const name of ["Web", "1web", "web.2", "", "w".repeat(32), "web,other"]) {
    assert.throws(() => withConsumer(["default"], name), / must be 1 to 31 lowercase letters/);
  }
});

test("a rotation gives a consumer a second key, and then takes the first away", () => {
  const overlapping = rotated(["default", "web", "mobile"], "web");
  const done = rotated(overlapping, "web");

  assert.equal(overlapping, ["default", "web", "web.2", "mobile"]);
  assert.equal(done, ["default", "web.2", "mobile"]);
  assert.equal(rotated(done, "web"), ["default", "web.2", "web.3", "mobile"]);
  assert.equal(rotated(["web.9", "web.10"], "web"), ["web.10"]);
});

test("a consumer that is not there is named with those that are", () => {
  assert.throws(
    () => rotated(["default", "web", "web.2"], "mobile"),
    /^there is no consumer mobile; there are: default, web$/,
  );
});

test("the setting is read and written with or without spaces", () => {
  assert.equal(consumersIn("default, web"), ["default", "web"]);
  assert.is(settingOf(["default", "web"]), "default,web");
});

test("the stack's file keeps its comments, and all other settings as they are written", () => {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const file = join(folder, "Pulumi.dev.yaml");
  const before = `# The stack.\nconfig:\n  aws:region: eu-central-1\n  # Why.\n  logs:retentionDays: "7"\n`;
  writeFileSync(file, before);
  try {
    const add = (name: string) => (setting: string) =>
      settingOf(withConsumer(consumersIn(setting), name));
    assert.is(changeConsumers(folder, "dev", add("web")), "default,web");
    assert.is(readFileSync(file, "utf8"), `${before}  api:consumers: default,web\n`);
    assert.is(changeConsumers(folder, "dev", add("mobile")), "default,web,mobile");
    assert.is(readFileSync(file, "utf8"), `${before}  api:consumers: default,web,mobile\n`);
    assert.throws(
      () => changeConsumers(folder, "none", add("web")),
      (error: Error) =>
        error.message ===
        `there is no stack none: ${join(folder, "Pulumi.none.yaml")} is missing; there are: dev`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
