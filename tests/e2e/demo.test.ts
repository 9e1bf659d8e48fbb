import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alarmsTour } from "../../cli/demo/alarms.ts";
import { Listener, targetOf } from "./support/smoke-walk.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("npm run demo");
const ROOT = join(import.meta.dirname, "..", "..");

let stack: TestStack;
test.before(async () => {
  stack = await startStack();
});
test.after(() => stack?.stop());

/** What the demo prints into a pipe. */
async function demo(port: string, environment: Record<string, string> = {}) {
  const env = { ...process.env, npm_lifecycle_event: "", ...environment };
  const args = ["cli/run.mjs", "cli/demo.ts", "--quick", "--aws-port", port];
  return promisify(execFile)(process.execPath, args, { cwd: ROOT, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("tells each step with its command, within 80 columns, without colours or stack traces, also twice", async () => {
  const port = new URL(stack.awsEndpoint).port;
  for (const environment of [{}, { NO_COLOR: "1" }] as Record<string, string>[]) {
    const { code, stdout, stderr } = await stack.during(demo(port, environment));
    assert.equal([code, stderr], [0, ""], stdout);
    const lines: string[] = stdout.split("\n");
    assert.equal(
      lines.filter((line) => line.length > 80),
      [],
    );
    assert.is(stdout.includes("\u001b") || stdout.includes("\r"), false);
    assert.not.match(stdout, /^ +at \S+ \(/m);
    const chapters = ["Customers", "Orders", "Ingest", "A message that cannot be processed"];
    for (const chapter of chapters) assert.ok(lines.includes(chapter), chapter);
    for (const told of [
      "   COMPLETED",
      "   FAILED: payment_declined",
      "   FAILED: payment_risk",
      "   redriven 1",
    ]) {
      assert.ok(lines.includes(told), `${told}\n${stdout}`);
    }
    assert.match(stdout, /\$ npm run journey -- [0-9a-f-]{36} --aws-port \d+|npm run journey -- /);
    assert.match(stdout, /^All \d+ steps succeeded, in [\d.]+ s\.$/m);
  }
});

test("its alarm writes a mail, and is off again in the end", async () => {
  const narrator = new Listener();
  let over = false;
  const tour = alarmsTour(targetOf(stack), narrator, true).finally(() => {
    over = true;
  });
  tour.catch(() => {});
  // The stack's time goes by as fast as the tour asks for it.
  while (!over) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stack.clock.advance(5_000);
  }
  await tour;
  const told = narrator.told.join("\n");
  assert.match(told, /FAILED: ValidationError\n/);
  assert.match(told, /ALARM monitoring-customers-workflow-failed\S*\n/);
  assert.match(told, /to alerts@example\.com: ALARM: "monitoring-customers-workflow-failed/);
  assert.match(told, /OK monitoring-customers-workflow-failed/);
});

test("without a stack it says in one line how to start one", async () => {
  const { code, stdout, stderr } = await demo("1");
  assert.equal([code, stdout], [1, ""]);
  assert.is(
    stderr,
    "no stack answers on http://127.0.0.1:1; start one with npm start, or name its port with --aws-port\n",
  );
});

test.run();
