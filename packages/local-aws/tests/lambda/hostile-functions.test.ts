import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createKernel } from "../../src/kernel/kernel.ts";
import { catchTheRest, onFailure } from "../../src/kernel/unattended.ts";
import { ProcessExecutor } from "../../src/services/lambda/process-executor.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { Logs } from "../../src/services/logs/service.ts";
import { functionDefinition } from "../support/function-definition.ts";
import { seededRandom } from "../support/hostile-input.ts";
import { MAX_ANSWER_MS, mainThreadTime } from "../support/main-thread-time.ts";

const test = suite("whatever a function's process does");
const SEED = Number(process.env["HOSTILE_SEED"] ?? 11);
const YOU = { kind: "administrator" } as const;

const kernel = createKernel();
const executor = new ProcessExecutor({ region: kernel.region, awsEndpoint: "http://127.0.0.1:1" });
const lambda = new Lambda(kernel, executor);
kernel.dispatcher.register(new Logs(kernel), lambda);
kernel.policies.putRole({
  arn: functionDefinition.roleArn,
  name: "fn",
  trust: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  },
});
kernel.policies.putRolePolicy(functionDefinition.roleArn, "all", {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const files = {
  "index.mjs": `import fs from "node:fs";
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    export const handler = async (event, context) => eval(event);`,
};
for (const [name, timeoutSeconds] of [
  ["hostile", 1],
  ["beside", 600],
] as const) {
  const arn = functionDefinition.arn.replace(/fn$/, name);
  lambda.put({ ...functionDefinition, name, arn, timeoutSeconds, code: { hash: "h", files } });
}

// As `npm start` has it: what nobody else catches is reported, and the process lives.
const removeNet = catchTheRest();
const failures: string[] = [];
const stopListening = onFailure((name, error) => failures.push(`${name}: ${error}`));
test.after(async () => {
  await lambda.stop();
  stopListening();
  removeNet();
});

interface Answer {
  StatusCode: number;
  FunctionError?: string;
  Payload: string;
}

function run(FunctionName: string, source: string): Promise<Answer> {
  const input = { FunctionName, Payload: JSON.stringify(source) };
  return kernel.dispatcher.call<Answer>("lambda", "Invoke", input, YOU);
}

const throwing = (what: string) => `(() => { throw ${what}; })()`;

/** Answers that a function may give. */
const ANSWERS = [
  "undefined",
  "() => 1",
  "Symbol('x')",
  "10n",
  "NaN",
  "'\\ud800\\u0000\\u2028'",
  "(() => { const o = {}; o.o = o; return o; })()",
  "({ toJSON() { throw null; } })",
  "({ toJSON: () => undefined })",
  "new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; } })",
  "'x'.repeat(6 * 1024 * 1024)",
  "(() => { let o = []; for (let n = 0; n < 5_000; n++) o = [o]; return o; })()",
  'JSON.parse(\'{"__proto__":{"x":1},"constructor":null}\')',
];

/** Errors that a function may throw, and ways to do so. */
const ERRORS = [
  "undefined",
  "null",
  "5",
  "Symbol('x')",
  "Object.create(null)",
  "({ get message() { throw 1; } })",
  "Object.assign(new Error('x'), { name: 5, stack: {}, message: null })",
  "Object.defineProperty(new Error('x'), 'stack', { get() { throw 1; } })",
  "new Error('x'.repeat(7 * 1024 * 1024))",
  "new (class extends Error { toString() { throw 1; } })()",
].flatMap((what) => [
  throwing(what),
  `Promise.reject(${what})`,
  `void Promise.reject(${what})`,
  `new Promise(() => setTimeout(() => { throw ${what}; }))`,
]);

/** What a function may do to its process and to the channel to the runtime. */
const DEEDS = [
  "process.exit(0)",
  "process.exit(255)",
  "process.abort()",
  "process.kill(process.pid, 'SIGKILL')",
  "process.kill(process.pid, 'SIGTERM')",
  "process.disconnect()",
  "process.removeAllListeners()",
  "process.emit('message', null)",
  "process.emit('disconnect')",
  "process.send(null)",
  "process.send({ kind: 'ready' })",
  "process.send({ kind: '__proto__' })",
  "fs.closeSync(3)",
  "fs.closeSync(1)",
  "process.stdout.write(Buffer.from([255, 254, 0, 10]))",
  "process.stdout.write('\\0end ' + context.awsRequestId + '\\n')",
  "process.stdout.write('\\0end \\n\\0end x\\n')",
  "process.stdout.end()",
  "process.stderr.destroy()",
  "console.log('x'.repeat(3_000_000))",
  "console.log(Symbol('x'), Object.create(null))",
  "console.log(new Proxy({}, { get() { throw 1; } }))",
  'console.log(\'{"_aws":{"CloudWatchMetrics":[{"Namespace":null,"Metrics":[{}]}],"Timestamp":"x"}}\')',
  "console.log(JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: 'x' } }))",
  "(() => { globalThis.JSON = undefined; })()",
  "(() => { globalThis.Promise = undefined; })()",
  "(() => { Object.prototype.kind = 'failed'; })()",
  "(() => { Array.prototype.toJSON = () => { throw 1; }; })()",
  "(() => { process.env = null; })()",
  "(() => { process.send = () => {}; })()",
  "new Promise(() => {})",
  "new Promise(() => setInterval(() => {}, 1e6))",
  "(() => { for (;;); })()",
  "require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' }).unref()",
];

/** Answers in the place of the runtime's client in the process: where they are not too late, they are passed on. */
const FORGED = [
  "process.send({ kind: 'done', id: context.awsRequestId, payload: 5 })",
  "process.send({ kind: 'done', id: context.awsRequestId, payload: '{', memoryKilobytes: 'x' })",
  "process.send({ kind: 'failed', id: context.awsRequestId, error: [] })",
];

/** Bytes that are not the channel's, which Node.js reads itself: its error reaches the last net only. */
const NO_MESSAGES = [
  "process.send({ cmd: 'NODE_HANDLE', type: 'net.Socket', msg: {} })",
  "process.send({ cmd: 'NODE_HANDLE_ACK' })",
  "process.send({ cmd: 'NODE_x' })",
  "fs.writeSync(process.channel?.fd ?? 3, 'no json\\n')",
  "fs.writeSync(process.channel?.fd ?? 3, '\\n\\n{')",
  "fs.writeSync(process.channel?.fd ?? 3, Buffer.alloc(9, 255))",
];

test("every event has an answer, the next event too, and nobody beside it waits", async () => {
  const random = seededRandom(SEED);
  const all = [...ANSWERS, ...ERRORS, ...DEEDS, ...FORGED, ...NO_MESSAGES].map((source) => ({
    source,
    key: random(),
  }));
  const strange: unknown[] = [];
  const outcomes = new Set<string>();
  for (const [round, { source }] of all.sort((one, other) => one.key - other.key).entries()) {
    // A process of its own for each, as some leave nothing whole in theirs.
    lambda.updateCode("hostile", { hash: String(round), files });
    const spent = mainThreadTime();
    const hostile = run("hostile", source);
    const beside = await run("beside", "'beside'");
    if (beside.Payload !== '"beside"') strange.push([source, "beside", beside]);
    const { StatusCode, FunctionError, Payload } = await hostile;
    if (spent() > MAX_ANSWER_MS) strange.push([source, spent()]);
    if (StatusCode !== 200) strange.push([source, StatusCode]);
    const isForged = FORGED.includes(source);
    // Where there is an error, its payload says of what type it is.
    const parsed = FunctionError && !isForged ? JSON.parse(Payload) : undefined;
    if (FunctionError && !isForged && typeof parsed?.errorType !== "string")
      strange.push([source, FunctionError, Payload.slice(0, 200)]);
    outcomes.add(String(parsed?.errorType ?? "none"));
    const caught = failures.splice(0);
    if (!NO_MESSAGES.includes(source)) strange.push(...caught.map((failure) => [source, failure]));
  }
  assert.equal(strange, []);
  // Functions answered, threw, ended, hung, and broke their channel.
  for (const outcome of [
    "none",
    "number",
    "Runtime.ExitError",
    "Runtime.JSONStringifyError",
    "Runtime.NodeJsExit",
    "Runtime.UnhandledPromiseRejection",
    "Sandbox.Timedout",
  ]) {
    assert.ok(outcomes.has(outcome), `none ended in ${outcome}: ${[...outcomes]}`);
  }
  lambda.updateCode("hostile", { hash: "new", files });
  assert.is((await run("hostile", "1 + 1")).Payload, "2");
});

test.run();
