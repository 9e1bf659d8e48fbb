import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { Inspect } from "../../src/program/service-definition.ts";
import { machineCapacity } from "../../src/services/lambda/capacity.ts";
import type { Environment, Executor, Job, Outcome } from "../../src/services/lambda/executor.ts";
import type { FunctionDefinition } from "../../src/services/lambda/function-definition.ts";
import { type InvocationEnd, Lambda } from "../../src/services/lambda/service.ts";
import { Logs } from "../../src/services/logs/service.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("Lambda, environments on virtual time");
const YOU = { kind: "administrator" } as const;

function definition(name: string, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return {
    name,
    arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
    description: "",
    roleArn: ROLE,
    handler: "index.handler",
    code: { hash: "00", files: { "index.mjs": "" } },
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    environment: {},
    architectures: [],
    logFormat: "Text",
    logLevel: "INFO",
    systemLogLevel: "INFO",
    logGroup: `/aws/lambda/${name}`,
    tracing: "PassThrough",
    ...more,
  };
}

interface FakeEnvironment extends Environment {
  number: number;
  alive: boolean;
  jobs: Job[];
  onLine: (line: string) => void;
}

interface LambdaWith {
  initMs?: number;
  runMs?: number;
  inspect?: Inspect;
}

/** Lambda on virtual time; `initMs` and `runMs` tell how long its environments take. */
function lambdaWith({ initMs = 100, runMs = 10, inspect }: LambdaWith = {}) {
  const { kernel, clock, hops, deny } = testKernel();
  const started: FakeEnvironment[] = [];
  const after = <T>(ms: number, value: T) =>
    new Promise<T>((resolve) => clock.after(ms, () => resolve(value)));
  const executor: Executor = {
    clock,
    start({ logStream, onLine }) {
      const environment: FakeEnvironment = {
        number: started.length + 1,
        logStream,
        ready: after(initMs, undefined),
        alive: true,
        jobs: [],
        onLine,
        run(job) {
          environment.jobs.push(job);
          onLine(`event ${job.event}`);
          return after<Outcome>(runMs, { payload: String(environment.number) });
        },
        kill() {
          environment.alive = false;
        },
      };
      started.push(environment);
      return environment;
    },
  };
  const lambda = new Lambda(kernel, executor, {
    idleMs: 60_000,
    inspect,
    capacity: machineCapacity(2, 16 * 1024 ** 3),
  });
  const logs = new Logs(kernel);
  kernel.dispatcher.register(lambda, logs);
  const ends: InvocationEnd[] = [];
  lambda.onInvocationEnded((end) => ends.push(end));
  const invoke = async (FunctionName: string, input: object = {}) => {
    const call = kernel.dispatcher.call<Record<string, string>>(
      "lambda",
      "Invoke",
      { FunctionName, ...input },
      YOU,
    );
    return await call.catch((error: ServiceError) => error);
  };
  /** Invokes and lets enough time pass for an answer. */
  const answer = async (name: string, ms = 60_000) => {
    const answering = invoke(name);
    await clock.advance(ms);
    return await answering;
  };
  const messages = async (logGroupName: string) => {
    const { events } = await kernel.dispatcher.call<{ events: { message: string }[] }>(
      "logs",
      "FilterLogEvents",
      { logGroupName },
      YOU,
    );
    return events.map(({ message }) => message);
  };
  return { lambda, logs, clock, hops, deny, started, ends, invoke, answer, messages, kernel };
}

function payloadOf(answer: Record<string, string> | ServiceError): unknown {
  if (answer instanceof ServiceError) throw answer;
  return JSON.parse(answer["Payload"] ?? "");
}

test("the initialization time of an environment is reported once, and is not part of the duration", async () => {
  const { lambda, answer, ends } = lambdaWith({ initMs: 400, runMs: 25 });
  lambda.put(definition("f"));
  await answer("f", 1000);
  await answer("f", 1000);
  assert.equal(
    ends.map(({ cold, initMs, durationMs }) => ({ cold, initMs, durationMs })),
    [
      { cold: true, initMs: 400, durationMs: 25 },
      { cold: false, initMs: undefined, durationMs: 25 },
    ],
  );
});

test("the handler's deadline is its timeout away, however long the start took", async () => {
  const { lambda, answer, started, clock } = lambdaWith({ initMs: 2500 });
  lambda.put(definition("f"));
  const began = clock.now();
  await answer("f");
  assert.is(started[0]?.jobs[0]?.deadline, began + 2500 + 3000);
});

test("a function with a debugger has no timeout, one environment, and keeps it", async () => {
  const { lambda, clock, invoke, started, ends } = lambdaWith({
    runMs: 5_000_000,
    inspect: { functions: ["f"] },
  });
  lambda.put(definition("f"));
  const opening = lambda.openToDebuggers();
  await clock.until(() => started[0], 0);
  await clock.advance(100);
  await opening;
  const began = clock.now();
  const answers = [invoke("f"), invoke("f")];
  await clock.advance(20_000_000);
  assert.equal((await Promise.all(answers)).map(payloadOf), [1, 1]);
  assert.equal(
    ends.map(({ timedOut, durationMs }) => [timedOut, durationMs]),
    [
      [false, 5_000_000],
      [false, 5_000_000],
    ],
  );
  assert.is(started[0]?.jobs[0]?.deadline, began + 900_000);
  assert.equal(
    started.map(({ alive }) => alive),
    [true],
  );
});

test("of several functions with debuggers, each has a port of its own, and nothing starts unasked", async () => {
  const { lambda, started } = lambdaWith({ inspect: { functions: [] } });
  for (const name of ["f", "g"]) lambda.put(definition(name));
  await lambda.openToDebuggers();
  const ports = [...lambda.inspectPorts.values()];
  assert.equal([...lambda.inspectPorts.keys()], ["f", "g"]);
  assert.ok(new Set(ports).size === 2 && ports.every((port) => port >= 9229));
  assert.equal(started, []);
});

test("an event that takes longer than the timeout ends with its environment", async () => {
  const { lambda, answer, started, ends } = lambdaWith({ runMs: 3001 });
  lambda.put(definition("f"));
  const { errorType } = payloadOf(await answer("f")) as { errorType: string };
  assert.is(errorType, "Sandbox.Timedout");
  assert.is(started[0]?.alive, false);
  assert.is(ends[0]?.timedOut, true);
  assert.is(ends[0]?.durationMs, 3000);
});

test("an environment that never gets ready is ended after the ten seconds of the init phase", async () => {
  const { lambda, invoke, clock, started } = lambdaWith({ initMs: 1e9 });
  lambda.put(definition("f"));
  const answering = invoke("f");
  await clock.advance(9999);
  assert.is(started[0]?.alive, true);
  await clock.advance(1);
  const { errorType } = payloadOf(await answering) as { errorType: string };
  assert.is(errorType, "Sandbox.Timedout");
  assert.is(started[0]?.alive, false);
});

test("a start of more than ten seconds counts against the timeout", async () => {
  const { lambda, answer } = lambdaWith({ initMs: 12_000, runMs: 5000 });
  lambda.put(definition("short", { timeoutSeconds: 16 }));
  lambda.put(definition("long", { timeoutSeconds: 18 }));
  const { errorType } = payloadOf(await answer("short")) as { errorType: string };
  assert.is(errorType, "Sandbox.Timedout");
  assert.is(payloadOf(await answer("long")), 2);
});

test("the environment that was used last takes the next event", async () => {
  const { lambda, invoke, answer, clock } = lambdaWith();
  lambda.put(definition("f"));
  const both = Promise.all([invoke("f"), invoke("f")]);
  await clock.advance(200);
  assert.equal((await both).map(payloadOf), [1, 2]);
  assert.is(payloadOf(await answer("f", 100)), 2);
  assert.is(payloadOf(await answer("f", 100)), 2);
});

test("an environment without events is ended after a while", async () => {
  const { lambda, answer, clock, started } = lambdaWith();
  lambda.put(definition("f"));
  await answer("f", 1000);
  await clock.advance(59_000);
  assert.is(started[0]?.alive, true);
  await clock.advance(1000);
  assert.is(started[0]?.alive, false);
  assert.is(payloadOf(await answer("f", 1000)), 2);
});

test("a reserved concurrency of 0 throttles every event, and that is reported", async () => {
  const { lambda, invoke, ends, started } = lambdaWith();
  lambda.put(definition("off", { reservedConcurrency: 0 }));
  const error = (await invoke("off")) as ServiceError;
  assert.is(error.code, "TooManyRequestsException");
  assert.is(error.status, 429);
  assert.is(error.details["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
  assert.equal(
    ends.map(({ throttled, durationMs, cold }) => ({ throttled, durationMs, cold })),
    [{ throttled: true, durationMs: 0, cold: false }],
  );
  assert.is(started.length, 0);
});

test("a function is throttled by its reservation only, and what waits counts towards that", async () => {
  const { lambda, invoke, clock, started } = lambdaWith();
  lambda.put(definition("reserved", { reservedConcurrency: 20 }));
  lambda.put(definition("free"));
  const many = Promise.all(Array.from({ length: 1_200 }, () => invoke("free")));
  const own = Promise.all(Array.from({ length: 20 }, () => invoke("reserved")));
  const refused = (await invoke("reserved")) as ServiceError;
  assert.is(refused.details["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
  await clock.advance(60_000);
  assert.is((await many).filter((it) => it instanceof ServiceError).length, 0);
  assert.is((await own).filter((it) => it instanceof ServiceError).length, 0);
  assert.ok(started.length <= 30, `${started.length} environments were started`);
});

test("no more may be reserved than leaves a hundred of the account's thousand", () => {
  const { lambda } = lambdaWith();
  lambda.put(definition("reserved", { reservedConcurrency: 900 }));
  assert.throws(
    () => lambda.put(definition("greedy", { reservedConcurrency: 1 })),
    /would leave fewer than 100/,
  );
});

test("a changed definition takes the next event even where the code is the same", async () => {
  const { lambda, answer, started } = lambdaWith();
  lambda.put(definition("f"));
  await answer("f", 1000);
  lambda.put(definition("f", { environment: { A1: "new" } }));
  assert.is(payloadOf(await answer("f", 1000)), 2);
  assert.is(started[0]?.alive, false);
});

test("nothing runs any more after the stop", async () => {
  const { lambda, answer, invoke, started, clock } = lambdaWith();
  lambda.put(definition("f"));
  await answer("f", 1000);
  await invoke("f", { InvocationType: "Event" });
  await lambda.stop();
  assert.is(started[0]?.alive, false);
  assert.is(((await invoke("f")) as ServiceError).code, "ServiceException");
  await clock.advance(3_600_000);
  assert.is(started.length, 1);
});

test("lines are stored as soon as their invocation is over", async () => {
  const { lambda, logs, messages, invoke, clock } = lambdaWith({ initMs: 0, runMs: 10 });
  logs.provisionGroup("/aws/lambda/f");
  lambda.put(definition("f"));
  const answering = invoke("f", { Payload: '{"n":1}' });
  await clock.advance(10);
  await answering;
  const lines = await messages("/aws/lambda/f");
  assert.match(lines[0] ?? "", /^START RequestId: /);
  assert.is(lines[1], 'event {"n":1}');
  assert.match(lines[2] ?? "", /^END RequestId: /);
  assert.match(lines[3] ?? "", /Duration: 10\.00 ms\tBilled Duration: 10 ms/);
});

test("lines of a long invocation are stored while it runs", async () => {
  const { lambda, logs, messages, invoke, clock, started } = lambdaWith({ initMs: 0, runMs: 2000 });
  logs.provisionGroup("/aws/lambda/f");
  lambda.put(definition("f"));
  const answering = invoke("f");
  await clock.advance(1000);
  started[0]?.onLine("half way");
  await clock.advance(50);
  assert.ok((await messages("/aws/lambda/f")).includes("half way"));
  await clock.advance(1000);
  await answering;
});

test("more lines than one call takes are stored by several", async () => {
  const { lambda, logs, messages, answer, started } = lambdaWith();
  logs.provisionGroup("/aws/lambda/f");
  lambda.put(definition("f"));
  await answer("f", 1000);
  for (let n = 0; n < 10_500; n++) started[0]?.onLine(String(n));
  await answer("f", 1000);
  const lines = (await messages("/aws/lambda/f")).filter((line) => /^\d+$/.test(line));
  // FilterLogEvents answers with 10 000 at most; the first invocation left four.
  assert.is(lines.length, 9996);
  assert.is(lines.at(-1), "9995");
});

test("a log group that is missing is made when the role may, and otherwise there are no logs", async () => {
  const { lambda, answer, messages, hops, deny } = lambdaWith();
  lambda.put(definition("may"));
  await answer("may", 1000);
  assert.is((await messages("/aws/lambda/may")).length, 4);

  deny("logs:CreateLogGroup");
  lambda.put(definition("may-not"));
  await answer("may-not", 1000);
  await answer("may-not", 1000);
  const said = hops.filter(({ kind }) => kind === "lambda:log").map(({ detail }) => detail);
  assert.equal(said, ["no logs for may-not: role worker lacks logs:CreateLogGroup"]);
});

test("JSON platform lines at level WARN report only what went wrong", async () => {
  const quiet = { logFormat: "JSON", systemLogLevel: "WARN" } as const;
  const good = lambdaWith();
  good.lambda.put(definition("f", quiet));
  await good.answer("f", 1000);
  assert.equal(await good.messages("/aws/lambda/f"), ["event {}"]);

  const bad = lambdaWith({ runMs: 5000 });
  bad.lambda.put(definition("f", quiet));
  await bad.answer("f");
  const lines = (await bad.messages("/aws/lambda/f")).slice(1).map((line) => JSON.parse(line));
  assert.is(lines[0].level, "ERROR");
  assert.match(lines[0].message, /Task timed out after 3\.00 seconds$/);
  assert.is(lines[1].type, "platform.report");
  assert.is(lines[1].record.status, "timeout");
  assert.is(lines[1].record.metrics.durationMs, 3000);
  assert.is(lines.length, 2);
});

test("versions other than $LATEST are not there", async () => {
  const { lambda, invoke, answer } = lambdaWith();
  lambda.put(definition("f"));
  const error = (await invoke("f", { Qualifier: "prod" })) as ServiceError;
  assert.is(error.code, "ResourceNotFoundException");
  assert.match(error.message, /function:f:prod$/);
  const { arn } = definition("f");
  assert.is(payloadOf(await answer(`${arn}:$LATEST`, 1000)), 1);
});

// As recorded on AWS: localstack/localstack, test_invoke_exceptions.
for (const [input, version] of [
  [{}, "$LATEST"],
  [{ Qualifier: "$LATEST" }, "$LATEST"],
  [{ Qualifier: "1" }, "1"],
] as const) {
  test(`an Invoke of ${JSON.stringify(input)} says which version of a function is not there`, async () => {
    const { invoke } = lambdaWith();
    const { message } = (await invoke("no", input)) as ServiceError;
    assert.is(
      message,
      `Function not found: arn:aws:lambda:eu-central-1:000000000000:function:no:${version}`,
    );
  });
}

test("events that Lambda would not take are refused by name", async () => {
  const { lambda, invoke } = lambdaWith();
  lambda.put(definition("f"));
  const codeOf = async (input: object) => ((await invoke("f", input)) as ServiceError).code;
  const megabyte = JSON.stringify("x".repeat(1024 * 1024));
  assert.is(await codeOf({ Payload: "{" }), "InvalidRequestContentException");
  assert.is(await codeOf({ InvocationType: "Later" }), "ValidationException");
  assert.is(
    await codeOf({ Payload: megabyte, InvocationType: "Event" }),
    "RequestTooLargeException",
  );
  assert.is(
    await codeOf({ Payload: JSON.stringify("x".repeat(6 * 1024 * 1024)) }),
    "RequestTooLargeException",
  );
  assert.equal(await invoke("f", { InvocationType: "DryRun" }), { StatusCode: 204 });
});

test("functions are listed page by page with their configuration", async () => {
  const { lambda, kernel } = lambdaWith();
  for (const name of ["a", "b", "c"]) lambda.put(definition(name));
  const list = (input: object) =>
    kernel.dispatcher.call<{ Functions: Record<string, unknown>[]; NextMarker?: string }>(
      "lambda",
      "ListFunctions",
      input,
      YOU,
    );
  const first = await list({ MaxItems: 2 });
  const rest = await list({ Marker: first.NextMarker });
  assert.equal(
    [...first.Functions, ...rest.Functions].map(({ FunctionName }) => FunctionName),
    ["a", "b", "c"],
  );
  assert.is(rest.NextMarker, undefined);
  assert.is(first.Functions[0]?.["LastModified"], "2026-01-01T00:00:00.000+0000");
});

test.run();
