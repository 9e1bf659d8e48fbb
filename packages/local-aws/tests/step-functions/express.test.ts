import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import type { EndedExecution } from "../../src/services/step-functions/execution-listeners.ts";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import type { Store } from "../../src/store/store.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { dataFolders } from "../support/data-folder.ts";
import { FUNCTION, only } from "../support/state-machine.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("express workflows");

const EXPRESS = MACHINE.replace(":stateMachine:", ":express:");
const SLOW_MACHINE = `${MACHINE}-slow`;
const WAIT = only({ Type: "Wait", Seconds: 60 });
const LOGGING = {
  level: "ALL",
  includeExecutionData: true,
  logDestination: "arn:aws:logs:eu-central-1:000000000000:log-group:runs:*",
};

/** Step Functions with an Express machine, and a Standard one named `flow-slow`, called by a person. */
function stepFunctions(definition: object, inputs: object = {}, store?: Store) {
  const { kernel, clock } = testKernel(store ? { store } : {});
  trustStates(kernel, "lambda:*", "states:*", "logs:*");
  const ended: EndedExecution[] = [];
  const started: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const states = new StepFunctions(kernel, {
    onExecutionStarted: (arn) => started.push(arn),
    onExecutionEnded: (execution) => ended.push(execution),
    logs: (_group, _stream, message) => lines.push(JSON.parse(message)),
  });
  states.provisionStateMachine(machineResource(definition, { type: "EXPRESS", ...inputs }));
  const slow = machineResource(WAIT, { name: "flow-slow" });
  states.provisionStateMachine({
    ...slow,
    id: SLOW_MACHINE,
    outputs: { ...slow.outputs, arn: SLOW_MACHINE },
  });
  const lambda = new ScriptedService("lambda", {
    Invoke: { run: ({ Payload }) => ({ StatusCode: 200, Payload, ExecutedVersion: "$LATEST" }) },
  });
  kernel.dispatcher.register(states, lambda);
  const call = <Output = Record<string, unknown>>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("states", operation, input, { kind: "administrator" });
  const start = (name = "run", input = "{}") =>
    call<{ executionArn: string; startDate: number }>("StartExecution", {
      stateMachineArn: MACHINE,
      name,
      input,
    });
  return { states, clock, kernel, ended, started, lines, lambda, call, start };
}

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("the call was not refused");
}

test("each start is an execution of its own, whatever its name", async () => {
  const { start, clock, lambda, started, ended } = stepFunctions(
    only({ Type: "Task", Resource: FUNCTION }),
  );
  const [first, second] = [await start("run"), await start("run")];
  await clock.advance(0);

  assert.match(first.executionArn, new RegExp(`^${EXPRESS}:run:[0-9a-f-]{36}$`));
  assert.is.not(first.executionArn, second.executionArn);
  assert.is(lambda.inputsOf("Invoke").length, 2);
  assert.equal(started, [MACHINE, MACHINE]);
  assert.equal(
    ended.map(({ executionArn, status }) => [executionArn, status]),
    [
      [first.executionArn, "SUCCEEDED"],
      [second.executionArn, "SUCCEEDED"],
    ],
  );
});

test("nothing can be asked of an execution", async () => {
  const { start, call } = stepFunctions(WAIT);
  const { executionArn } = await start();

  const invalid = "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'";
  for (const operation of ["DescribeExecution", "GetExecutionHistory", "StopExecution"]) {
    assert.is(await refusal(call(operation, { executionArn })), invalid, operation);
  }
  assert.is(
    await refusal(call("ListExecutions", { stateMachineArn: MACHINE })),
    "StateMachineTypeNotSupported: This operation is not supported by this type of state machine",
  );
});

test("the machine is listed and described as EXPRESS", async () => {
  const { call } = stepFunctions(WAIT);
  const { type } = await call("DescribeStateMachine", { stateMachineArn: MACHINE });
  const { stateMachines } = await call<{ stateMachines: { type: string }[] }>(
    "ListStateMachines",
    {},
  );
  assert.is(type, "EXPRESS");
  assert.equal(
    stateMachines.map((one) => one.type),
    ["EXPRESS", "STANDARD"],
  );
});

test("an execution ends after five minutes, or earlier where its machine says so", async () => {
  for (const [more, seconds] of [
    [{}, 300],
    [{ TimeoutSeconds: 900 }, 300],
    [{ TimeoutSeconds: 20 }, 20],
  ] as const) {
    const { start, clock, ended } = stepFunctions(only({ Type: "Wait", Seconds: 3_600 }, more));
    await start();
    await clock.advance(seconds * 1000 - 1);
    assert.is(ended.length, 0);
    await clock.advance(1);
    assert.equal(
      ended.map(({ status }) => status),
      ["TIMED_OUT"],
    );
  }
});

test("what it logs is all that is known of it", async () => {
  const { start, clock, lines } = stepFunctions(only({ Type: "Pass" }), {
    loggingConfiguration: LOGGING,
  });
  const { executionArn } = await start("run", '{"n":1}');
  await clock.advance(0);

  assert.equal(
    lines.map(({ type, execution_arn }) => [type, execution_arn]),
    ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"].map(
      (type) => [type, executionArn],
    ),
  );
});

test("a task that waits is refused, wherever it stands", () => {
  const waiting = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: { QueueUrl: "queue", "MessageBody.$": "$$.Task.Token" },
  };
  const problem =
    'workflow: definition is invalid: state "Only": Express workflows do not support .waitForTaskToken; use a STANDARD one';
  assert.throws(() => stepFunctions(only(waiting)), problem);
  assert.throws(
    () => stepFunctions(only({ Type: "Parallel", Branches: [only(waiting)] })),
    problem,
  );
  assert.throws(
    () => stepFunctions(WAIT, { type: "QUICK" }),
    "workflow: type QUICK must be STANDARD or EXPRESS",
  );
});

test("a task starts a Standard execution, and hears when there is one of the name", async () => {
  const { start, clock, call, ended } = stepFunctions({
    StartAt: "HandOver",
    States: {
      HandOver: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution",
        Parameters: {
          StateMachineArn: SLOW_MACHINE,
          "Name.$": "$$.Execution.Name",
          "Input.$": "$",
        },
        ResultSelector: { "arn.$": "$.ExecutionArn" },
        ResultPath: "$.started",
        End: true,
      },
    },
  });
  const found = async () =>
    (await call("DescribeExecution", { executionArn: `${execution}:run` })) as { input: string };
  const execution = SLOW_MACHINE.replace(":stateMachine:", ":execution:");

  await start("run", '{"n":1}');
  await clock.advance(0);
  assert.is((await found()).input, '{"n":1}');
  // While the execution runs, starting it again with the same input is no error.
  await start("run", '{"n":1}');
  await clock.advance(0);
  await start("run", '{"n":2}');
  await clock.advance(0);

  assert.equal(
    ended.map(({ status, error }) => [status, error]),
    [
      ["SUCCEEDED", undefined],
      ["SUCCEEDED", undefined],
      ["FAILED", "StepFunctions.ExecutionAlreadyExistsException"],
    ],
  );
});

test("an execution that a stop interrupts runs again from its start", async () => {
  const data = dataFolders();
  const machine = {
    StartAt: "Work",
    States: {
      Work: { Type: "Task", Resource: FUNCTION, Next: "Rest" },
      Rest: { Type: "Wait", Seconds: 60, End: true },
    },
  };
  const first = stepFunctions(machine, {}, data.store);
  const { executionArn } = await first.start("run", '{"n":1}');
  await first.clock.advance(1_000);
  assert.is(first.lambda.inputsOf("Invoke").length, 1);

  const second = stepFunctions(machine, {}, await data.killAndOpen());
  second.states.resume();
  await second.clock.advance(60_000);
  assert.equal(
    second.lambda.inputsOf("Invoke").map(({ Payload }) => Payload),
    ['{"n":1}'],
  );
  assert.equal(
    second.ended.map((one) => [one.executionArn, one.status]),
    [[executionArn, "SUCCEEDED"]],
  );

  const third = stepFunctions(machine, {}, await data.killAndOpen());
  third.states.resume();
  await third.clock.advance(60_000);
  assert.is(third.ended.length, 0);
  data.remove();
});

test.run();
