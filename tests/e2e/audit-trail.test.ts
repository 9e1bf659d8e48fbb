import { greeting } from "local-aws/command-line";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { copyProgram, startStack, type TestStack } from "./support/stack.ts";

const test = suite("a stack with an audit trail");
const program = copyProgram();
let stack: TestStack;

test.before(async () => {
  program.edit("Pulumi.dev.yaml", (text) => `${text}  monitoring:auditTrail: true\n`);
  stack = await startStack({ root: program.root });
});
test.after(async () => {
  await stack?.stop();
  program.remove();
});

test("runs on this machine, where nothing is audited, and says so", () => {
  const notes = stack.notes.filter((note) => note.startsWith("monitoring-audit "));
  assert.equal(notes.sort(), [
    "monitoring-audit (awsx:cloudtrail:Trail): enableLogFileValidation: nothing is audited on this machine",
    "monitoring-audit (awsx:cloudtrail:Trail): includeGlobalServiceEvents: nothing is audited on this machine",
    "monitoring-audit (awsx:cloudtrail:Trail): isMultiRegionTrail: nothing is audited on this machine",
  ]);
  for (const note of notes)
    assert.match(greeting(stack, { ms: 1_000, verbose: true }), `  note: ${note}\n`);
});

test("serves its APIs as without it", async () => {
  const headers = { "x-api-key": stack.output("customersApiKey") };
  const { status } = await call("PUT", `${stack.output("customersApiUrl")}/customers/ada`, {
    headers,
  });
  assert.is(status, 201);
});

test.run();
