import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ServiceError } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deadLetterQueues } from "../../../cli/dlq/dead-letter-queues.ts";
import { holdFor, holdMessages } from "../../../cli/dlq/held-messages.ts";
import { startDeadLetters } from "../../support/dead-letters.ts";

const test = suite("npm run dlq");
const COMMAND = join(import.meta.dirname, "..", "..", "..", "cli", "dlq.ts");
let stack: Awaited<ReturnType<typeof startDeadLetters>>;

test.before.each(async () => {
  stack = await startDeadLetters();
});
test.after.each(() => stack.stop());

async function dlq(...args: string[]) {
  const line = [COMMAND, ...args, "--aws-port", String(stack.port)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, line);
    return { code: 0, stdout, stderr: "" };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

test("list counts messages by reason, and leaves them where they are", async () => {
  stack.bury("a");
  stack.bury("b");
  await stack.put("orders-dlq", "c", { reason: "bad \u009b31mamount" });
  const { code, stdout } = await dlq("list");
  assert.is(code, 0);
  assert.equal(stdout.replaceAll(/\d+ (s|min)$/gm, "now").split("\n"), [
    "QUEUE              MESSAGES  OLDEST",
    "failures                  0  -",
    "ordersDeadLetters         3  now",
    "       2 × received 5 times without success",
    "       1 × bad \\u009b31mamount",
    "",
  ]);
  assert.equal(stack.visible("orders-dlq").sort(), ["a", "b", "c"]);
});

test("list --json says what was read and whether there is more", async () => {
  for (const body of ["a", "b", "c"]) stack.bury(body);
  const { stdout } = await dlq("list", "--json", "--max", "2", "--queue", "orders-dlq");
  const [{ oldest, ...queue }] = JSON.parse(stdout);
  assert.match(oldest, /^\d{4}-\d\d-\d\dT/);
  assert.equal(queue, {
    queue: "ordersDeadLetters",
    url: (await stack.queue("orders-dlq")).url,
    waiting: 3,
    read: 2,
    more: true,
    reasons: [
      { reason: "received 5 times without success", way: "back to queue orders", count: 2 },
    ],
  });
  assert.equal(stack.visible("orders-dlq").sort(), ["a", "b", "c"]);
});

test("show tells all of one message", async () => {
  const Message = JSON.stringify({ orderId: "o-1", trace: { correlationId: "c-1" } });
  const id = await stack.put("failures", { Message });
  await stack.put("failures", "other");
  const { stdout } = await dlq("show", "--queue", "failures", "--id", id, "--json");
  const [{ sent, ...shown }, ...others] = JSON.parse(stdout);
  assert.match(sent, /^\d{4}-\d\d-\d\dT/);
  assert.equal(others, []);
  assert.equal(shown, {
    id,
    reason: "unknown",
    redrive: "stays: the message does not say where it comes from",
    orderId: "o-1",
    correlationId: "c-1",
    attributes: {},
    body: { Message },
  });
});

test("redrive sums up, and exits with 1 when something failed", async () => {
  await stack.put("failures", "unknown");
  stack.bury("a");
  const dry = await dlq("redrive", "--dry-run");
  assert.is(dry.code, 0);
  assert.match(dry.stdout, /1 × received 5 times without success -> back to queue orders\n/);
  assert.match(dry.stdout, /dry run: 2 messages stay where they are\n$/);

  const done = await dlq("redrive");
  assert.is(done.code, 0);
  assert.match(done.stdout, /redriven 1, left 1\n$/);

  stack.bury("b");
  stack.breakSqs("SendMessage", () => {
    throw new ServiceError("AccessDenied", "not yours", 403);
  });
  const failed = await dlq("redrive", "--queue", "ordersDeadLetters", "--max", "1");
  assert.is(failed.code, 1);
  assert.match(failed.stdout, /redriven 0, failed 1\n$/);
  assert.equal(stack.visible("orders-dlq"), ["b"]);
});

test("drop deletes the given message only, and only with --yes", async () => {
  const id = await stack.put("failures", "a");
  await stack.put("failures", "b");
  const asked = await dlq("drop", "--queue", "failures", "--id", id);
  assert.equal(
    [asked.code, asked.stderr],
    [1, `message ${id} is kept; add --yes to delete it for good\n`],
  );
  assert.equal(stack.visible("failures").sort(), ["a", "b"]);
  const done = await dlq("drop", "--queue", "failures", "--id", id, "--yes");
  assert.is(done.code, 0);
  assert.equal(stack.visible("failures"), ["b"]);
  const gone = await dlq("drop", "--queue", "failures", "--id", id, "--yes");
  assert.equal([gone.code, gone.stderr], [1, `failures has no message ${id} among the 1 read\n`]);
});

test("invalid options are named", async () => {
  const errors = await Promise.all([
    dlq("redrvie"),
    dlq("show"),
    dlq("list", "--max", "0"),
    dlq("list", "--queue", "nope"),
  ]);
  assert.equal(
    errors.map(({ code, stderr }) => [code, stderr]),
    [
      [
        1,
        "there is no command redrvie; did you mean redrive? There are: list, show, redrive, drop\n",
      ],
      [1, "show needs --queue NAME; npm run dlq -- list prints the names\n"],
      [1, "--max 0 must be a whole number from 1\n"],
      [1, "there is no queue nope; there are: failures, ordersDeadLetters\n"],
    ],
  );
});

test("a stack without the output is distinguished from one without queues", async () => {
  const { clients, target } = stack;
  try {
    await deadLetterQueues(clients.sqs, { ...target, allOutputs: {} });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^shop\/dev has no output deadLetterQueueUrls; deploy/);
  }
});

test("many messages are read once each, held meanwhile, and given back", async () => {
  for (let n = 0; n < 25; n++) stack.bury(String(n));
  const { url } = await stack.queue("orders-dlq");
  const limits = { max: 100, seconds: 300 };
  const { letters, more } = await holdMessages(stack.clients.sqs, url, limits);
  assert.equal([new Set(letters.map(({ id }) => id)).size, more], [25, false]);
  assert.is(stack.visible("orders-dlq").length, 0);
  await holdFor(stack.clients.sqs, url, letters, 0);
  assert.is(stack.visible("orders-dlq").length, 25);
});

test.run();
