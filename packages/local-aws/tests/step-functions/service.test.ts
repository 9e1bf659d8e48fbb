import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { EndedExecution } from "../../src/services/step-functions/execution-listeners.ts";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { FUNCTION, only } from "../support/state-machine.ts";
import { MACHINE, MACHINE_ROLE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("step-functions");

const START = Date.UTC(2026, 0, 1) / 1000;
const EXECUTION = MACHINE.replace(":stateMachine:", ":execution:");
const WAIT = only({ Type: "Wait", Seconds: 60 });
const DAY = 86_400_000;

type Answer = Record<string, unknown> & { events: Record<string, unknown>[] };

/** Step Functions with one machine, called by a person. */
function stepFunctions(definition: object, inputs: object = {}) {
  const { kernel, clock, notable, deny } = testKernel();
  trustStates(kernel);
  const ended: EndedExecution[] = [];
  const lines: { group: string; stream: string; role: string; message: string }[] = [];
  const states = new StepFunctions(kernel, {
    onExecutionEnded: (execution) => ended.push(execution),
    logs: (group, stream, message, role) => lines.push({ group, stream, role, message }),
  });
  states.provisionStateMachine(machineResource(definition, inputs));
  const lambda = new ScriptedService("lambda", {
    Invoke: { run: ({ Payload }) => ({ StatusCode: 200, Payload, ExecutedVersion: "$LATEST" }) },
  });
  kernel.dispatcher.register(states, lambda);
  const call = (operation: string, input: object = {}, target = MACHINE) =>
    kernel.dispatcher.call<Answer>(
      "states",
      operation,
      /Execution$/.test(operation) && operation !== "StartExecution"
        ? { executionArn: `${EXECUTION}:${target === MACHINE ? "run" : target}`, ...input }
        : { stateMachineArn: target, ...input },
      { kind: "administrator" },
    );
  return {
    kernel,
    clock,
    states,
    ended,
    lines,
    notable,
    deny,
    call,
    start: (name = "run", input?: string) =>
      call("StartExecution", { name, ...(input !== undefined && { input }) }),
    history: (input: object = {}) =>
      call("GetExecutionHistory", { executionArn: `${EXECUTION}:run`, ...input }),
  };
}

/** Code and message of the error that a call ends in. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ServiceError) return `${error.status} ${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("the call was not refused");
}

test("an execution runs to its end and can be described", async () => {
  const { start, call, clock } = stepFunctions(WAIT);

  assert.equal(await start("run", '{ "n": 1 }'), {
    executionArn: `${EXECUTION}:run`,
    startDate: START,
  });
  const running = await call("DescribeExecution");
  await clock.advance(60_000);
  const over = await call("DescribeExecution");

  assert.is(running.status, "RUNNING");
  assert.is(running.stopDate, undefined);
  assert.equal(over, {
    executionArn: `${EXECUTION}:run`,
    stateMachineArn: MACHINE,
    name: "run",
    status: "SUCCEEDED",
    startDate: START,
    stopDate: START + 60,
    input: '{ "n": 1 }',
    inputDetails: { included: true },
    output: '{ "n": 1 }',
    outputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
  });
});

test("the history has the events and details that AWS gives", async () => {
  const { start, history, clock } = stepFunctions(
    only({ Type: "Task", Resource: FUNCTION, TimeoutSeconds: 9 }),
  );
  await start("run", '{"n":1}');
  await clock.advance(0);

  assert.equal((await history()).events, [
    {
      timestamp: START,
      type: "ExecutionStarted",
      id: 1,
      previousEventId: 0,
      executionStartedEventDetails: {
        input: '{"n":1}',
        inputDetails: { truncated: false },
        roleArn: MACHINE_ROLE,
      },
    },
    {
      timestamp: START,
      type: "TaskStateEntered",
      id: 2,
      previousEventId: 0,
      stateEnteredEventDetails: {
        name: "Only",
        input: '{"n":1}',
        inputDetails: { truncated: false },
      },
    },
    {
      timestamp: START,
      type: "LambdaFunctionScheduled",
      id: 3,
      previousEventId: 2,
      lambdaFunctionScheduledEventDetails: {
        resource: FUNCTION,
        input: '{"n":1}',
        inputDetails: { truncated: false },
        timeoutInSeconds: 9,
      },
    },
    { timestamp: START, type: "LambdaFunctionStarted", id: 4, previousEventId: 3 },
    {
      timestamp: START,
      type: "LambdaFunctionSucceeded",
      id: 5,
      previousEventId: 4,
      lambdaFunctionSucceededEventDetails: {
        output: '{"n":1}',
        outputDetails: { truncated: false },
      },
    },
    {
      timestamp: START,
      type: "TaskStateExited",
      id: 6,
      previousEventId: 5,
      stateExitedEventDetails: {
        name: "Only",
        output: '{"n":1}',
        outputDetails: { truncated: false },
      },
    },
    {
      timestamp: START,
      type: "ExecutionSucceeded",
      id: 7,
      previousEventId: 6,
      executionSucceededEventDetails: {
        output: '{"n":1}',
        outputDetails: { truncated: false },
      },
    },
  ]);
});

test("the history comes in pages, backwards, and without data where that is asked", async () => {
  const { start, history, clock } = stepFunctions(only({ Type: "Pass" }));
  await start("run", '{"secret":1}');
  await clock.advance(0);
  const idsOf = ({ events }: Answer) => events.map(({ id }) => id);

  const first = await history({ maxResults: 3 });
  const second = await history({ maxResults: 3, nextToken: first.nextToken });
  const backwards = await history({ reverseOrder: true, maxResults: 2 });
  const bare = await history({ includeExecutionData: false });

  assert.equal([idsOf(first), idsOf(second), second.nextToken], [[1, 2, 3], [4], undefined]);
  assert.equal(idsOf(backwards), [4, 3]);
  assert.not.match(JSON.stringify(bare), "secret");
  assert.equal(bare.events[1]?.stateEnteredEventDetails, { name: "Only" });
  assert.is(
    await refusal(history({ nextToken: "bogus" })),
    "400 InvalidToken: Invalid Token: 'Invalid token'",
  );
  assert.match(await refusal(history({ maxResults: 1001 })), "less than or equal to 1000");
});

test("starting again under the name and input of a running execution is the same execution", async () => {
  const { start, clock } = stepFunctions(WAIT);
  const first = await start("run", "{}");
  await clock.advance(1000);
  const taken = `400 ExecutionAlreadyExists: Execution Already Exists: '${EXECUTION}:run'`;

  assert.equal(await start("run"), first);
  assert.is(await refusal(start("run", '{"other":1}')), taken);
  await clock.advance(60_000);
  assert.is(await refusal(start("run", "{}")), taken);
});

test("a name is free again 90 days after its execution ended", async () => {
  const { start, clock, call } = stepFunctions(WAIT);
  await start();
  await clock.advance(60_000 + 90 * DAY - 1);
  assert.match(await refusal(start()), "ExecutionAlreadyExists");

  await clock.advance(1);

  assert.match(await refusal(call("DescribeExecution")), "ExecutionDoesNotExist");
  assert.is((await start()).startDate, START + 60 + 90 * 86_400);
});

test("an execution without a name gets one", async () => {
  const { call } = stepFunctions(WAIT);
  const { executionArn } = await call("StartExecution");

  assert.match(String(executionArn), new RegExp(`^${EXECUTION}:[0-9a-f-]{36}$`));
});

test("names and inputs that AWS refuses are refused", async () => {
  const { start, call } = stepFunctions(WAIT);

  for (const name of ["a b", "a/b", "a:b", "a*", "a\u0007"]) {
    assert.is(await refusal(start(name)), `400 InvalidName: Invalid Name: '${name}'`);
  }
  assert.match(
    await refusal(start("x".repeat(81))),
    "ValidationException: 1 validation error detected: Value 'xxx",
  );
  assert.is(
    await refusal(start("")),
    "400 ValidationException: 1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
  assert.match(await refusal(start("n", "{'a':1}")), "400 InvalidExecutionInput: Invalid State");
  assert.is(
    await refusal(start("n", "")),
    "400 InvalidExecutionInput: Invalid State Machine Execution Input: 'Invalid execution input.'",
  );
  assert.match(
    await refusal(start("n", JSON.stringify("x".repeat(262_143)))),
    "less than or equal to 262144",
  );
  assert.is(
    await refusal(call("StartExecution", {}, `${MACHINE}x`)),
    `400 StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}x'`,
  );
  assert.is(
    await refusal(call("StartExecution", {}, "flow")),
    "400 InvalidArn: Invalid Arn: 'Invalid ARN prefix: flow'",
  );
  assert.match(
    await refusal(call("StartExecution", { stateMachineArn: undefined })),
    "Value null at 'stateMachineArn'",
  );
});

test("executions are listed newest first, by status, in pages that new ones do not shift", async () => {
  const { start, call, clock } = stepFunctions(WAIT);
  await start("old");
  await clock.advance(60_000);
  for (const name of ["a", "b", "c"]) await start(name);
  const list = async (input: object) => {
    const { executions, nextToken } = await call("ListExecutions", input);
    return { names: (executions as { name: string }[]).map(({ name }) => name), nextToken };
  };

  const first = await list({ maxResults: 2 });
  await start("d");
  const second = await list({ maxResults: 2, nextToken: first.nextToken });

  assert.equal(first.names, ["c", "b"]);
  assert.equal(second, { names: ["a", "old"], nextToken: undefined });
  assert.equal((await list({ statusFilter: "SUCCEEDED", maxResults: 1 })).names, ["old"]);
  assert.equal((await call("ListExecutions", { statusFilter: "SUCCEEDED" })).executions, [
    {
      executionArn: `${EXECUTION}:old`,
      stateMachineArn: MACHINE,
      name: "old",
      status: "SUCCEEDED",
      startDate: START,
      stopDate: START + 60,
      redriveCount: 0,
    },
  ]);
  assert.match(
    await refusal(call("ListExecutions", { statusFilter: "succeeded" })),
    "Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
  );
});

test("a stopped execution is ABORTED with the error and cause given", async () => {
  const { start, call, clock, ended, notable } = stepFunctions(WAIT);
  await start();
  await clock.advance(1000);

  assert.equal(await call("StopExecution", { error: "Enough", cause: "too long" }), {
    stopDate: START + 1,
  });
  await clock.advance(60_000);
  const described = await call("DescribeExecution");

  assert.equal(
    [described.status, described.error, described.cause, described.stopDate],
    ["ABORTED", "Enough", "too long", START + 1],
  );
  assert.equal(await call("StopExecution"), { stopDate: START + 1 });
  assert.equal(ended, [
    {
      stateMachineArn: MACHINE,
      executionArn: `${EXECUTION}:run`,
      status: "ABORTED",
      startDate: START,
      stopDate: START + 1,
      error: "Enough",
      cause: "too long",
    },
  ]);
  assert.equal(notable(), ["states:ExecutionAborted failed"]);
});

// Recorded on AWS: localstack/localstack, test_logging_configuration[OFF-False].
test("a machine that logs nothing still tells where it would log to", async () => {
  const logGroupArn = "arn:aws:logs:eu-central-1:000000000000:log-group:flow:*";
  const loggingConfiguration = { level: "OFF", logDestination: logGroupArn };
  const { call } = stepFunctions(WAIT, { loggingConfiguration });
  assert.equal((await call("DescribeStateMachine")).loggingConfiguration, {
    level: "OFF",
    includeExecutionData: false,
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
  });
});

test("machines are described and listed as they were declared", async () => {
  const definition = JSON.stringify(WAIT);
  const { call, start } = stepFunctions(WAIT, { publish: true });
  await start();
  const described = await call("DescribeStateMachine");
  const forExecution = await call("DescribeStateMachineForExecution");

  assert.equal(described, {
    stateMachineArn: MACHINE,
    name: "flow",
    type: "STANDARD",
    creationDate: START,
    status: "ACTIVE",
    definition,
    roleArn: MACHINE_ROLE,
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  });
  assert.equal([forExecution.definition, forExecution.updateDate], [definition, START]);
  assert.equal((await call("ListStateMachines")).stateMachines, [
    { stateMachineArn: MACHINE, name: "flow", type: "STANDARD", creationDate: START },
  ]);
  assert.ok((await call("StartExecution", { name: "versioned" }, `${MACHINE}:1`)).executionArn);
});

test("a task's token is answered through the API, once", async () => {
  const machine = only({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Parameters: { FunctionName: "work", Payload: { "token.$": "$$.Task.Token" } },
    HeartbeatSeconds: 10,
  });
  const { start, call, clock, history, kernel } = stepFunctions(machine);
  await start();
  await clock.advance(9000);
  const { events } = await history();
  const submitted = events.find(({ type }) => type === "TaskSubmitted") as Record<string, never>;
  const output = JSON.parse(submitted["taskSubmittedEventDetails"]?.["output"] ?? "{}");
  const answer = (operation: string, input: object = {}) =>
    kernel.dispatcher.call(
      "states",
      operation,
      { taskToken: output.Payload.token, ...input },
      { kind: "administrator" },
    );

  await answer("SendTaskHeartbeat");
  await clock.advance(9000);
  assert.match(await refusal(answer("SendTaskSuccess", { output: "{" })), "400 InvalidOutput");
  assert.match(
    await refusal(answer("SendTaskSuccess", { taskToken: "x", output: "{}" })),
    "400 InvalidToken",
  );
  await answer("SendTaskSuccess", { output: '{"ok":true}' });
  await clock.advance(0);

  assert.is((await call("DescribeExecution")).output, '{"ok":true}');
  assert.match(
    await refusal(answer("SendTaskFailure", { error: "Late" })),
    "400 TaskTimedOut: Task Timed Out",
  );
});

test("calls need the permission of their machine or execution", async () => {
  const { kernel, deny, call, start } = stepFunctions(WAIT);
  await start();
  const denied = (operation: string, input: object) =>
    refusal(
      kernel.dispatcher.call("states", operation, input, {
        kind: "role",
        roleArn: "arn:aws:iam::000000000000:role/worker",
        sessionName: "session",
      }),
    );
  const executionArn = `${EXECUTION}:run`;
  const expected: [string, object, string][] = [
    ["StartExecution", { stateMachineArn: MACHINE }, MACHINE],
    ["ListExecutions", { stateMachineArn: MACHINE }, MACHINE],
    ["DescribeStateMachine", { stateMachineArn: MACHINE }, MACHINE],
    ["DescribeExecution", { executionArn }, executionArn],
    ["GetExecutionHistory", { executionArn }, executionArn],
    ["StopExecution", { executionArn }, executionArn],
    ["DescribeStateMachineForExecution", { executionArn }, executionArn],
    ["ListStateMachines", {}, "*"],
    ["SendTaskSuccess", { taskToken: "unknown", output: "1" }, "*"],
  ];
  deny("states:*");
  for (const [operation, input, resource] of expected) {
    assert.match(
      await denied(operation, input),
      `is not authorized to perform: states:${operation} on resource: ${resource} with`,
    );
  }
  assert.is((await call("DescribeExecution")).status, "RUNNING");
});

const LOGGED = {
  loggingConfiguration: {
    level: "ALL",
    includeExecutionData: true,
    logDestination: "arn:aws:logs:eu-central-1:000000000000:log-group:flow:*",
  },
};

test("an execution is logged as its machine asks", async () => {
  const { start, clock, lines, call } = stepFunctions(only({ Type: "Pass" }), LOGGED);
  await start("run", '{"n":1}');
  await clock.advance(0);

  assert.equal(
    lines.map(({ message }) => JSON.parse(message).type),
    ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
  );
  assert.equal(lines[1], {
    group: "arn:aws:logs:eu-central-1:000000000000:log-group:flow",
    stream: lines[0]?.stream,
    role: MACHINE_ROLE,
    message: JSON.stringify({
      id: "2",
      type: "PassStateEntered",
      details: { name: "Only", input: '{"n":1}', inputDetails: { truncated: false } },
      previous_event_id: "0",
      event_timestamp: String(START * 1000),
      execution_arn: `${EXECUTION}:run`,
      redrive_count: "0",
    }),
  });
  assert.match(lines[0]?.stream ?? "", /^states\/flow\/2026-01-01-00-00\/[0-9a-f]{8}$/);
  assert.equal((await call("DescribeStateMachine")).loggingConfiguration, {
    level: "ALL",
    includeExecutionData: true,
    destinations: [
      { cloudWatchLogsLogGroup: { logGroupArn: LOGGED.loggingConfiguration.logDestination } },
    ],
  });
});

test("the log level picks the events, and data stays out where it is not asked for", async () => {
  const logged = async (level: string) => {
    const loggingConfiguration = { ...LOGGED.loggingConfiguration, level };
    const definition = only({ Type: "Fail", Error: "Broken", Cause: "it is" });
    const { start, clock, lines } = stepFunctions(definition, {
      loggingConfiguration: { ...loggingConfiguration, includeExecutionData: false },
    });
    await start("run", '{"secret":1}');
    await clock.advance(0);
    return lines.map(({ message }) => JSON.parse(message));
  };

  const all = await logged("ALL");
  assert.not.match(JSON.stringify(all), "secret");
  assert.equal(all.at(-1).details, { error: "Broken", cause: "it is" });
  assert.equal(
    (await logged("ERROR")).map(({ type }) => type),
    ["FailStateEntered", "ExecutionFailed"],
  );
  assert.equal(
    (await logged("FATAL")).map(({ type }) => type),
    ["ExecutionFailed"],
  );
  assert.equal(await logged("OFF"), []);
});

test.run();
