import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { record } from "../../../cli/export/recording.ts";
import { stackSettings } from "../../../cli/export/stack-settings.ts";
import type { Account, Tags } from "../../../cli/preflight/account.ts";
import { lacks } from "../../../cli/preflight/lacks.ts";
import { type Wants, wantsOf } from "../../../cli/preflight/wants.ts";
import { runProgram } from "../../infra/support/program.ts";

const test = suite("npm run preflight");
const ROOT = join(import.meta.dirname, "..", "..", "..");

const { project, config } = stackSettings(ROOT, "dev", [
  "api:loggingRole=account",
  "functions:reservedConcurrency=5",
]);
const wants = wantsOf(await record({ project, stack: "dev", config, program: runProgram }));
const open: Wants = { ...wants, reserved: 0 };

/** An account that has everything, but for what a test takes away. */
function account(changes: Partial<Account> = {}): Account {
  return {
    id: async () => "111122223333",
    loggingRole: async () => "arn:aws:iam::111122223333:role/logs",
    concurrency: async () => ({ limit: 1_000, unreserved: 1_000 }),
    table: async () => undefined,
    rule: async () => undefined,
    ...changes,
  };
}

test("what a stack takes for granted is read from the program", () => {
  assert.is(wants.loggingRole, true);
  assert.is(wants.reserved % 5, 0);
  assert.ok(wants.reserved > 100);
  assert.is(wants.maximumConcurrency, 10);
  assert.equal(wants.tables, ["customer_ids"]);
  assert.equal(wants.rules.sort(), ["customer-created-to-sfn", "customer-scan-schedule"]);
});

test("an account that has everything lacks nothing", async () => {
  assert.equal(await lacks(account(), wants), []);
});

test("a new account has no role for API Gateway's logs", async () => {
  const bare = account({ loggingRole: async () => undefined });
  assert.equal(await lacks(bare, wants), [
    "API Gateway has no role for logs in this account and region; let the stack create one: npx pulumi config set api:loggingRole create --stack dev",
  ]);
  assert.equal(await lacks(bare, { ...wants, loggingRole: false }), []);
});

test("concurrency that cannot be reserved is reported before Lambda refuses it", async () => {
  const few = account({ concurrency: async () => ({ limit: 200, unreserved: 150 }) });
  const [line = "", ...others] = await lacks(few, wants);

  assert.equal(others, []);
  assert.match(
    line,
    `functions:reservedConcurrency needs ${wants.reserved} concurrent executions, but of the account's 200 only 50 can be reserved; remove it: npx pulumi config rm functions:reservedConcurrency --stack dev;`,
  );
});

test("a new account runs too few functions at once for the queue and the APIs", async () => {
  const small = account({ concurrency: async () => ({ limit: 10, unreserved: 10 }) });
  const [line = ""] = await lacks(small, open);

  assert.match(
    line,
    /^Lambda runs at most 10 functions at once in this account, and the queue of orders alone needs 10: .*--quota-code L-B99A9384/,
  );
});

test("a fixed name that another stack uses is reported, and the stack's own is not", async () => {
  const tagged = (tags: Tags) => account({ table: async () => tags, rule: async () => tags });
  const [table, ...rules] = await lacks(tagged({ project, stack: "prod" }), open);

  assert.is(
    table,
    `the table customer_ids exists already and belongs to ${project}/prod; keep the stacks apart: npx pulumi config set names:prefix dev- --stack dev`,
  );
  assert.is(rules.length, 2);
  assert.match((await lacks(tagged({}), open))[0] ?? "", /belongs to something else;/);
  assert.equal(await lacks(tagged({ project, stack: "dev" }), open), []);
});

test.run();
