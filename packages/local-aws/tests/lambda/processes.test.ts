import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createKernel } from "../../src/kernel/kernel.ts";
import type { TraceRecord } from "../../src/kernel/trace.ts";
import { ProcessExecutor } from "../../src/services/lambda/process-executor.ts";
import { provisionFunction } from "../../src/services/lambda/provision.ts";
import { Lambda } from "../../src/services/lambda/service.ts";
import { Logs } from "../../src/services/logs/service.ts";

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
  { root: tmpdir() },
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

/** The lines of a function's log once they are those that the test waits for; they are written after the answer. */
async function linesOf(
  name: string,
  complete: (lines: Record<string, unknown>[]) => boolean,
): Promise<Record<string, unknown>[]> {
  for (;;) {
    const { events } = await kernel.dispatcher.call<{ events: { message: string }[] }>(
      "logs",
      "FilterLogEvents",
      { logGroupName: `/aws/lambda/${name}` },
      YOU,
    );
    const lines = events.map(({ message }) => JSON.parse(message));
    if (complete(lines)) return lines;
    await pause();
  }
}

/** Settles when a process has ended and was reaped by its parent, or runs no more at least. */
async function ended(pid: number, reaped = false): Promise<void> {
  for (;;) {
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
    const state = stdout.trim();
    if (state === "" || (!reaped && state.startsWith("Z"))) return;
    await pause();
  }
}

const some = (field: string, value: string) => (lines: Record<string, unknown>[]) =>
  lines.some((line) => line[field] === value);

const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

/** A door at which functions wait until a test opens it: `fetch(url)` in them answers only then. */
async function gate() {
  const waiting: ServerResponse[] = [];
  let open = false;
  const server = createServer((_, response) => {
    if (open) response.end();
    else waiting.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Settles when so many wait. */
    async reached(count: number) {
      while (waiting.length < count) await pause();
    },
    open() {
      open = true;
      for (const response of waiting) response.end();
      server.close();
    },
  };
}

test("where code comes with a source map, its errors lead to files of the program", async () => {
  const source = "export const handler = () => {\n  throw new Error('x');\n};";
  const map = '{"version":3,"sources":["src/fn.ts"],"names":[],"mappings":"AAAA;AACA;AACA"}';
  const traced = `${source}\n//# sourceMappingURL=index.mjs.map\n`;
  const files = { "index.mjs": traced, "index.mjs.map": map };
  define("mapped", source, { code: { hash: "mapped", files } });
  const { payload } = await invoke("mapped");
  assert.match(payload.trace[1], `(${join(tmpdir(), "src", "fn.ts")}:2:`);
});

test("an event goes in and the answer comes out, and module state lives on in a warm environment", async () => {
  define("count", "let n = 0; export const handler = async (e) => ({ n: ++n, got: e });");
  assert.equal((await invoke("count", { a: "ü" })).payload, { n: 1, got: { a: "ü" } });
  assert.equal((await invoke("count", {})).payload, { n: 2, got: {} });
});

test("whatever a function sends to its parent process is ignored", async () => {
  const messages = [
    "null",
    "5",
    "'text'",
    "[]",
    "{}",
    "{ kind: 'done' }",
    "{ kind: 'done', id: context.awsRequestId, payload: 5 }",
    "{ kind: 'failed', id: context.awsRequestId, error: null }",
  ];
  define(
    "sends",
    `export const handler = async (event, context) => {
      for (const message of [${messages.join()}]) process.send(message);
      return "still here";
    };`,
  );
  assert.equal(await invoke("sends"), { error: undefined, payload: "still here" });
  assert.equal(await invoke("sends"), { error: undefined, payload: "still here" });
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
      timeout: 60,
      memorySize: 256,
    },
  );
  const { payload } = await invoke("context");
  assert.is(payload.memoryLimitInMB, "256");
  assert.is(payload.logGroupName, "/aws/lambda/context");
  assert.match(payload.logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.ok(payload.left > 30_000 && payload.left <= 60_000, String(payload.left));
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
  const line = (await linesOf("throw", some("level", "ERROR"))).find(
    ({ level }) => level === "ERROR",
  );
  const logged = line?.["message"] as Record<string, unknown> | undefined;
  assert.is(logged?.["errorType"], "RangeError");
  assert.is(logged?.["errorMessage"], "too far");
});

for (const [what, source, type, message] of [
  [
    "exits",
    "export const handler = async () => process.exit(7);",
    "Runtime.ExitError",
    /exit status 7/,
  ],
  [
    "exits as if all were well",
    "export const handler = async () => process.exit(0);",
    "Runtime.ExitError",
    /Error: Runtime exited without providing a reason$/,
  ],
  [
    "needs more memory than it has",
    "export const handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill(1.5)); };",
    "Runtime.ExitError",
    /Error: Runtime exited with error: signal: aborted$/,
  ],
  [
    "waits for what never comes",
    "export const handler = () => new Promise(() => {});",
    "Runtime.NodeJsExit",
    /a Promise that was never settled/,
  ],
  [
    "answers with more than 6 MB",
    "export const handler = async () => 'x'.repeat(7e6);",
    "Function.ResponseSizeTooLarge",
    /exceeded maximum allowed payload size \(6291556 bytes\)/,
  ],
  [
    "answers with what is not JSON",
    "export const handler = async () => ({ n: 1n });",
    "Runtime.JSONStringifyError",
    /Unable to stringify response body/,
  ],
  [
    "cannot be parsed",
    "export const handler = async () => {{ ;",
    "Runtime.UserCodeSyntaxError",
    /SyntaxError/,
  ],
  [
    "streams its response",
    "export const handler = awslambda.streamifyResponse(async () => {});",
    "Runtime.StreamingNotSupported",
    /index\.handler streams its response/,
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
  const { url, reached, open } = await gate();
  define(
    "slow",
    `export const handler = async () => { await fetch("${url}"); return process.pid; };`,
    { reservedConcurrentExecutions: 2 },
  );
  const invocations = Promise.allSettled([invoke("slow"), invoke("slow"), invoke("slow")]);
  await reached(2);
  open();
  const results = await invocations;
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

test("an event that runs while its code changes ends on the old code", async () => {
  const { url, reached, open } = await gate();
  define("swap", `export const handler = async () => { await fetch("${url}"); return 'old'; };`);
  const running = invoke("swap");
  await reached(1);
  lambda.updateCode("swap", code("export const handler = async () => 'new';"));
  assert.is((await invoke("swap")).payload, "new");
  open();
  assert.is((await running).payload, "old");
  assert.is((await invoke("swap")).payload, "new");
});

test("an environment that dies while it is idle is not given another event", async () => {
  define(
    "late",
    "export const handler = async () => { setTimeout(() => process.exit(3), 10); return process.pid; };",
  );
  const first = await invoke("late");
  await ended(first.payload, true);
  const second = await invoke("late");
  assert.is(second.error, undefined);
  assert.is.not(second.payload, first.payload);
});

test("the end of the log comes with the answer, in the order in which it was written", async () => {
  define(
    "tail",
    "export const handler = async () => { for (let n = 0; n < 3; n++) console.info('line ' + n + '\\nand more'); process.stdout.write('raw'); };",
    { loggingConfig: { logFormat: "Text" } },
  );
  const input = { FunctionName: "tail", LogType: "Tail" };
  const { LogResult } = await kernel.dispatcher.call<{ LogResult: string }>(
    "lambda",
    "Invoke",
    input,
    YOU,
    "request-7",
  );
  const lines = Buffer.from(LogResult, "base64").toString().trimEnd().split("\n");
  assert.is(lines[0], "START RequestId: request-7 Version: $LATEST");
  for (const n of [0, 1, 2]) {
    assert.match(
      lines[n + 1] ?? "",
      new RegExp(`^\\S+Z\\trequest-7\\tINFO\\tline ${n}\\rand more$`),
    );
  }
  assert.is(lines[4], "raw");
  assert.is(lines[5], "END RequestId: request-7");
  assert.match(
    lines[6] ?? "",
    /^REPORT RequestId: request-7\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms$/,
  );
  assert.is(lines.length, 7);
});

test("the client context is in the context, and the trace ID in the environment", async () => {
  define(
    "client",
    "export const handler = async (_, { clientContext }) => [clientContext, process.env._X_AMZN_TRACE_ID];",
  );
  const ClientContext = Buffer.from('{"custom":{"a":1}}').toString("base64");
  const { Payload } = await kernel.dispatcher.call<Answer>(
    "lambda",
    "Invoke",
    { FunctionName: "client", ClientContext },
    YOU,
  );
  const [context, trace] = JSON.parse(Payload);
  assert.equal(context, { custom: { a: 1 } });
  assert.match(trace, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
});

test("what a function has started ends with it", async () => {
  define(
    "parent",
    `import { spawn } from "node:child_process";
     export const handler = async () => {
       const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
       await new Promise((resolve) => child.once("spawn", resolve));
       console.info({ child: child.pid });
       for (;;);
     };`,
    { timeout: 1 },
  );
  await invoke("parent");
  const line = (await linesOf("parent", some("level", "INFO"))).find(
    ({ level }) => level === "INFO",
  );
  const { child } = (line?.["message"] ?? {}) as { child?: number };
  assert.type(child, "number");
  await ended(Number(child));
});

test("a function that spins ends with the runtime, even when that is killed", async () => {
  const place = (file: string) => new URL(`../../src/services/${file}`, import.meta.url).href;
  const folder = mkdtempSync(join(tmpdir(), "spinning-"));
  writeFileSync(
    join(folder, "index.mjs"),
    "export const handler = async () => { console.info(process.pid); for (;;); };",
  );
  const source = `
    import { ProcessExecutor } from "${place("lambda/process-executor.ts")}";
    const executor = new ProcessExecutor({ region: "eu-central-1", awsEndpoint: "http://127.0.0.1:1" });
    const environment = executor.start({
      definition: { name: "f", handler: "index.handler", memoryMegabytes: 128, environment: {}, logFormat: "JSON", logLevel: "INFO", logGroup: "g" },
      folder: ${JSON.stringify(folder)},
      credentials: {},
      logStream: "s",
      onLine: (line) => console.log(JSON.parse(line).message),
    });
    await environment.ready;
    environment.run({ requestId: "r", event: "{}", trace: "", arn: "", deadline: 0 });`;
  const runtime = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [pid] = await once(runtime.stdout, "data");
  runtime.kill("SIGKILL");
  await once(runtime, "exit");
  rmSync(folder, { recursive: true });
  await ended(Number(pid));
});

test("structured logs keep their fields, and the platform reports each invocation", async () => {
  define(
    "log",
    "export const handler = async () => { console.info({ event: 'hello', n: 1 }); console.debug('quiet'); };",
  );
  await invoke("log");
  const lines = await linesOf("log", some("type", "platform.report"));
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
  const refusals = () => hops.filter(({ kind, from }) => kind === "lambda:log" && from === "mute");
  while (refusals().length === 0) await pause();
  await invoke("mute");
  assert.equal(await linesOf("mute", () => true), []);
  const said = refusals();
  assert.is(said.length, 1);
  assert.is(said[0]?.detail, "no logs for mute: role mute lacks logs:CreateLogStream");
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
  ["a timeout of a second and a half", { timeout: 1.5 }, /^bad: timeout 1\.5/],
  ["too little memory", { memorySize: 64 }, /^bad: memorySize 64 must be from 128/],
  [
    "nearly all of the account's concurrency",
    { reservedConcurrentExecutions: 950 },
    /^bad: reservedConcurrentExecutions 950 would leave fewer than 100/,
  ],
  [
    "log levels for text",
    { loggingConfig: { logFormat: "Text", applicationLogLevel: "WARN" } },
    /^bad: log levels need the logFormat JSON/,
  ],
  [
    "a function for its dead letters",
    { deadLetterConfig: { targetArn: "arn:aws:lambda:eu-central-1:000000000000:function:f" } },
    /^bad: arn:aws:lambda:\S+ cannot take dead letters/,
  ],
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
