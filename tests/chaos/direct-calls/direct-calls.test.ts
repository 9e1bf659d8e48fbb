import { join, relative } from "node:path";
import { createBundler } from "lambda-bundler";
import { type Operation, ServiceError, type VirtualClock } from "local-aws/testing";
import { type Handler, loadHandler, recordProgram } from "local-aws/testing/simulation";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FaultPlan } from "../fault-plan.ts";
import { SETTINGS, startWorld, type World } from "../world.ts";
import { directBundles } from "./bundles.ts";
import type { DirectCalls } from "./client.ts";
import type { Probe } from "./fixtures/probe.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const ENTRY = relative(ROOT, join(import.meta.dirname, "fixtures", "probe.ts")).replaceAll(
  "\\",
  "/",
);
const test = suite("direct calls");
let world: World;
let handlers: Handler[];

test.before(async () => {
  const plan = new FaultPlan("direct", new Set());
  world = await startWorld("direct", await recordProgram(ROOT, SETTINGS), plan);
  const { code } = await createBundler({ root: ROOT }).bundle(ENTRY);
  const direct = (await directBundles(ROOT, [ENTRY])).get(ENTRY) ?? "";
  handlers = [code, direct].map((text) => loadHandler(text, surroundings()));
});

test.after(() => world.stop());

/** Sends the same through the SDK and directly; answers what both saw, which must be the same. */
async function seen(probe: Probe): Promise<Record<string, unknown>> {
  const clock = world.clock as VirtualClock;
  const all: unknown[] = [];
  for (const handler of handlers) {
    let answer: unknown;
    void Promise.resolve(handler(probe, {})).then((it) => {
      answer = JSON.parse(JSON.stringify(it));
    });
    all.push(await clock.until(() => answer, 60_000));
  }
  assert.equal(all[1], all[0]);
  return all[0] as Record<string, unknown>;
}

function surroundings(): Parameters<typeof loadHandler>[1] {
  const { kernel, clock, endpoint } = world;
  const call: DirectCalls["call"] = (service, operation, input) =>
    kernel.dispatcher.call(service, operation, input, { kind: "administrator" });
  return {
    env: {
      AWS_REGION: kernel.region,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    },
    now: () => clock.now(),
    serverTime: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    random: () => 0.5,
    newId: kernel.newId,
    network: (request) => endpoint(request, kernel.newId()),
    modules: { "chaos:services": { call } },
    alive: () => true,
    log: () => {},
    write: () => {},
  };
}

/** Lets an operation go through a sequence of ends, once for each of the two clients. */
function stub(service: string, operation: string, ...ends: (() => unknown)[]): void {
  let calls = 0;
  const run: Operation["run"] = () => ends[calls++ % ends.length]?.();
  const operations = { [operation]: { needs: () => [], run } };
  world.kernel.dispatcher.register({ name: service, operations });
}

const fail = (code: string, status?: number, details?: Record<string, unknown>) => () => {
  throw new ServiceError(code, "it says why", status, details);
};
const EXECUTION = "arn:aws:states:eu-central-1:000000000000:execution:machine:name";
const hang = () => new Promise(() => {});
const Put = { TableName: "table", Item: { a: 1, b: { c: ["x", null, true] } } };
const get: Probe = { send: "get", input: { TableName: "table", Key: { PK: "a", SK: "b" } } };

test("answer as the SDK does, with items translated", async () => {
  stub("dynamodb", "GetItem", () => ({ Item: { n: { N: "1.5" }, l: { L: [{ S: "x" }] } } }));
  assert.equal(await seen(get), {
    output: { Item: { n: 1.5, l: ["x"] } },
    status: 200,
    attempts: 1,
  });
  // The SDK compares the checksum.
  const sent = { MessageId: "m", MD5OfMessageBody: "9dd4e461268c8034f5c8564e155c67a6" };
  stub("sqs", "SendMessage", () => sent);
  const message: Probe = { send: "message", input: { QueueUrl: "http://q", MessageBody: "x" } };
  assert.equal((await seen(message))["output"], sent);
});

test("send items as the SDK does, and one token with each transaction", async () => {
  const inputs: Record<string, unknown>[] = [];
  const run: Operation["run"] = (input) => inputs.push(input) && {};
  world.kernel.dispatcher.register({
    name: "dynamodb",
    operations: { TransactWriteItems: { needs: () => [], run } },
  });
  await seen({ send: "transact", input: { TransactItems: [{ Put }] } });
  const [one, two] = inputs.map(({ ClientRequestToken, ...rest }) => {
    assert.match(String(ClientRequestToken), /^[0-9a-f-]{36}$/);
    return rest;
  });
  assert.equal(two, one);
});

test("throw the SDK's own classes", async () => {
  const details = { Item: { a: { S: "x" } } };
  stub("dynamodb", "PutItem", fail("ConditionalCheckFailedException", 400, details));
  const put: Probe = { send: "put", input: { TableName: "table", Item: { a: "x" } } };
  assert.equal(await seen(put), {
    name: "ConditionalCheckFailedException",
    fault: "client",
    status: 400,
    attempts: 1,
    item: { a: { S: "x" } },
    known: [true, false],
  });
  const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed" }];
  const cancelled = fail("TransactionCanceledException", 400, { CancellationReasons });
  stub("dynamodb", "TransactWriteItems", cancelled);
  const { reasons } = await seen({ send: "transact", input: { TransactItems: [{ Put }] } });
  assert.equal(reasons, CancellationReasons);
  stub("states", "DescribeExecution", fail("ExecutionDoesNotExist"));
  const describe: Probe = { send: "describe", input: { executionArn: EXECUTION } };
  assert.equal((await seen(describe))["known"], [false, true]);
});

test("try again what the SDK tries again, as often", async () => {
  const busy = fail("ProvisionedThroughputExceededException");
  stub("dynamodb", "GetItem", busy, busy, () => ({ Item: { a: { S: "x" } } }));
  assert.is((await seen(get))["attempts"], 3);
  const broken = fail("InternalServerError", 500);
  stub("dynamodb", "GetItem", broken, broken, broken, broken);
  const { name, fault, attempts } = await seen(get);
  assert.equal([name, fault, attempts], ["InternalServerError", "server", 4]);
  // No error of the API has this name: it is the service's own class.
  stub("sqs", "SendMessage", fail("RequestThrottled"), fail("Strange", 503), fail("Strange", 403));
  const message: Probe = { send: "message", input: { QueueUrl: "http://q", MessageBody: "x" } };
  const strange = await seen(message);
  assert.equal([strange["name"], strange["fault"], strange["attempts"]], ["Strange", "client", 3]);
  stub("sns", "PublishBatch", fail("ThrottledException"), () => ({ Successful: [], Failed: [] }));
  const input = {
    TopicArn: "arn:aws:sns:eu-central-1:000000000000:topic",
    PublishBatchRequestEntries: [{ Id: "0", Message: "x" }],
  };
  assert.is((await seen({ send: "batch", input }))["attempts"], 2);
});

test("give up a call that hangs when the SDK does, and try again", async () => {
  stub("dynamodb", "GetItem", hang, () => ({}));
  const before = world.clock.now();
  assert.equal(await seen(get), { output: {}, status: 200, attempts: 2 });
  assert.ok(world.clock.now() - before >= 4_000);
  stub("dynamodb", "GetItem", hang, hang, hang, hang);
  const { name, code, attempts } = await seen(get);
  assert.equal([name, code, attempts], ["TimeoutError", "ETIMEDOUT", 4]);
});

test.run();
