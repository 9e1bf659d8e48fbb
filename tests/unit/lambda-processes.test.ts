import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createKernel } from "../../local/kernel.ts";
import { ProcessExecutor } from "../../local/lambda/process-executor.ts";
import { provisionFunction } from "../../local/lambda/provision.ts";
import { Lambda } from "../../local/lambda/service.ts";
import { Logs } from "../../local/logs/service.ts";
import type { TraceRecord } from "../../local/trace.ts";

const test = suite("Lambda, in processes");
const ROLE = "arn:aws:iam::000000000000:role/fn";
const YOU = { kind: "administrator" } as const;

const kernel = createKernel();
const hops: TraceRecord[] = [];
kernel.trace.subscribe((record) => hops.push(record));
const logs = new Logs(kernel);
const lambda = new Lambda(
  kernel,
  new ProcessExecutor({ region: kernel.region, awsEndpoint: "http://127.0.0.1:1" }),
);
kernel.dispatcher.register(logs, lambda);
kernel.policies.putRole({
  arn: ROLE,
  name: "fn",
  trust: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  },
});
kernel.policies.putRolePolicy(ROLE, "logs", {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
  ],
});
test.after(() => lambda.stop());

const code = (source: string) => ({ hash: source, files: { "index.mjs": source } });

function define(name: string, source: string, inputs: Record<string, unknown> = {}): void {
  logs.provisionGroup(`/aws/lambda/${name}`);
  provisionFunction(kernel, lambda, {
    urn: "",
    type: "aws:lambda/function:Function",
    name,
    id: name,
    inputs: {
      role: ROLE,
      runtime: "nodejs24.x",
      handler: "index.handler",
      code: code(source),
      loggingConfig: { logFormat: "JSON" },
      ...inputs,
    },
    outputs: { name, arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}` },
  });
}

interface Answer {
  FunctionError?: string;
  Payload: string;
}

async function invoke(FunctionName: string, event: unknown = {}) {
  const input = { FunctionName, Payload: JSON.stringify(event) };
  const answer = await kernel.dispatcher.call<Answer>("lambda", "Invoke", input, YOU);
  return { error: answer.FunctionError, payload: JSON.parse(answer.Payload) };
}

async function linesOf(name: string): Promise<Record<string, unknown>[]> {
  // Lines are written in batches a moment after they are logged.
  await new Promise((resolve) => setTimeout(resolve, 60));
  const { events } = await kernel.dispatcher.call<{ events: { message: string }[] }>(
    "logs",
    "FilterLogEvents",
    { logGroupName: `/aws/lambda/${name}` },
    YOU,
  );
  return events.map(({ message }) => JSON.parse(message));
}

test("an event goes in and the answer comes out, and module state lives on in a warm environment", async () => {
  define("count", "let n = 0; export const handler = async (e) => ({ n: ++n, got: e });");
  assert.equal((await invoke("count", { a: "ü" })).payload, { n: 1, got: { a: "ü" } });
  assert.equal((await invoke("count", {})).payload, { n: 2, got: {} });
});

test("a function sees its own variables and its role's keys, and nothing of this process", async () => {
  process.env["SECRET_OF_THE_PARENT"] = "x";
  define("env", "export const handler = async () => process.env;", {
    environment: { variables: { TABLE: "t" } },
  });
  const { payload: env } = await invoke("env");
  assert.is(env.SECRET_OF_THE_PARENT, undefined);
  assert.is(env.HOME, undefined);
  assert.is(env.TABLE, "t");
  assert.is(env.AWS_ENDPOINT_URL, "http://127.0.0.1:1");
  assert.is(env.AWS_REGION, "eu-central-1");
  assert.is(env.AWS_LAMBDA_FUNCTION_NAME, "env");
  assert.equal(kernel.credentials.callerOf(env.AWS_ACCESS_KEY_ID), {
    kind: "role",
    roleArn: ROLE,
    sessionName: "env",
  });
  delete process.env["SECRET_OF_THE_PARENT"];
});

test("the context tells who runs, and how much time is left", async () => {
  define(
    "context",
    "export const handler = async (_, c) => ({ ...c, left: c.getRemainingTimeInMillis() });",
    {
      timeout: 5,
      memorySize: 256,
    },
  );
  const { payload } = await invoke("context");
  assert.is(payload.memoryLimitInMB, "256");
  assert.is(payload.logGroupName, "/aws/lambda/context");
  assert.match(payload.logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.ok(payload.left > 4000 && payload.left <= 5000, String(payload.left));
});

test("a function that hangs is ended at its timeout, and the next event finds a fresh one", async () => {
  define(
    "hang",
    "let n = 0; export const handler = async (e) => { n++; if (e.spin) for (;;); return n; };",
    { timeout: 1 },
  );
  await invoke("hang");
  const { error, payload } = await invoke("hang", { spin: true });
  assert.is(error, "Unhandled");
  assert.is(payload.errorType, "Sandbox.Timedout");
  assert.match(
    payload.errorMessage,
    /^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/,
  );
  assert.is((await invoke("hang")).payload, 1);
});

test("an error that is thrown is answered with its type, message and trace, and is logged", async () => {
  define("throw", "export const handler = async () => { throw new RangeError('too far'); };");
  const { error, payload } = await invoke("throw");
  assert.is(error, "Unhandled");
  assert.is(payload.errorType, "RangeError");
  assert.is(payload.errorMessage, "too far");
  assert.match(payload.trace[0], /RangeError: too far/);
  const line = (await linesOf("throw")).find(({ level }) => level === "ERROR");
  assert.is(line?.["errorMessage"], "too far");
});

for (const [what, source, type, message] of [
  [
    "exits",
    "export const handler = async () => process.exit(7);",
    "Runtime.ExitError",
    /exit status 7/,
  ],
  [
    "rejects in the background",
    "export const handler = () => new Promise(() => { Promise.reject(new Error('stray')); });",
    "Runtime.UnhandledPromiseRejection",
    /Error: stray/,
  ],
  [
    "fails while it loads",
    "throw new Error('broken'); export const handler = 1;",
    "Error",
    /broken/,
  ],
  [
    "exports no handler",
    "export const other = 1;",
    "Runtime.HandlerNotFound",
    /index\.handler is undefined/,
  ],
  [
    "waits for a callback",
    "export const handler = (event, context, callback) => callback(null, 1);",
    "Runtime.CallbackHandlerDeprecated",
    /Use an async handler/,
  ],
] as const) {
  test(`a function that ${what} fails by name, and runs again`, async () => {
    const name = what.replaceAll(" ", "-");
    define(name, source);
    for (let n = 0; n < 2; n++) {
      const { error, payload } = await invoke(name);
      assert.is(error, "Unhandled");
      assert.is(payload.errorType, type);
      assert.match(payload.errorMessage, message);
    }
  });
}

test("events at one time run in environments of their own, up to the reserved concurrency", async () => {
  define(
    "slow",
    "export const handler = async () => { await new Promise((r) => setTimeout(r, 300)); return process.pid; };",
    {
      reservedConcurrentExecutions: 2,
    },
  );
  const results = await Promise.allSettled([invoke("slow"), invoke("slow"), invoke("slow")]);
  const pids = results.flatMap((it) => (it.status === "fulfilled" ? [it.value.payload] : []));
  assert.is(new Set(pids).size, 2);
  const refused = results.find((it) => it.status === "rejected");
  assert.is(refused?.reason.code, "TooManyRequestsException");
  assert.is(refused?.reason.details.Reason, "ReservedFunctionConcurrentInvocationLimitExceeded");
});

test("new code takes the next event, and code that is the same changes nothing", async () => {
  define("reload", "export const handler = async () => 'old';");
  assert.is((await invoke("reload")).payload, "old");
  assert.is(lambda.updateCode("reload", code("export const handler = async () => 'new';")), true);
  assert.is((await invoke("reload")).payload, "new");
  assert.is(lambda.updateCode("reload", code("export const handler = async () => 'new';")), false);
});

test("structured logs keep their fields, and the platform reports each invocation", async () => {
  define(
    "log",
    "export const handler = async () => { console.info({ event: 'hello', n: 1 }); console.debug('quiet'); };",
  );
  await invoke("log");
  const lines = await linesOf("log");
  const said = lines.filter(({ level }) => level);
  assert.equal(
    said.map(({ level, message }) => ({ level, message })),
    [{ level: "INFO", message: { event: "hello", n: 1 } }],
  );
  const report = lines.find(({ type }) => type === "platform.report");
  const record = report?.["record"] as Record<string, unknown> | undefined;
  assert.is(record?.["status"], "success");
  const metrics = (record?.["metrics"] ?? {}) as { memorySizeMB?: number };
  assert.is(metrics.memorySizeMB, 128);
});

test("a function whose role may not write logs runs on, and that is said once", async () => {
  const mute = "arn:aws:iam::000000000000:role/mute";
  const Principal = { Service: "lambda.amazonaws.com" };
  const Statement = [{ Effect: "Allow" as const, Principal, Action: "sts:AssumeRole" }];
  kernel.policies.putRole({ arn: mute, name: "mute", trust: { Version: "2012-10-17", Statement } });
  define("mute", "export const handler = async () => { console.info('x'); return 1; };", {
    role: mute,
  });
  assert.is((await invoke("mute")).payload, 1);
  assert.equal(await linesOf("mute"), []);
  await invoke("mute");
  await linesOf("mute");
  const said = hops.filter(({ kind, from }) => kind === "lambda:log" && from === "mute");
  assert.is(said.length, 1);
  assert.match(said[0]?.detail ?? "", /logs:CreateLogStream/);
});

for (const [why, inputs, message] of [
  ["an old runtime", { runtime: "nodejs18.x" }, /^bad: runtime nodejs18\.x is not supported/],
  [
    "a file that is not there",
    { handler: "main.handler" },
    /^bad: handler main\.handler: the package has no file main/,
  ],
  [
    "a reserved variable",
    { environment: { variables: { AWS_REGION: "x" } } },
    /^bad: environment variable AWS_REGION is reserved/,
  ],
  [
    "too large an environment",
    { environment: { variables: { A1: "x".repeat(5000) } } },
    /^bad: the environment has \d+ bytes/,
  ],
  ["a timeout of 901 s", { timeout: 901 }, /^bad: timeout 901/],
  [
    "a role that Lambda may not assume",
    { role: "arn:aws:iam::000000000000:role/none" },
    /^bad: the role .* cannot be assumed/,
  ],
] as const) {
  test(`a function with ${why} is refused by name`, () => {
    assert.throws(() => define("bad", "export const handler = 1;", inputs), message);
  });
}

test.run();
