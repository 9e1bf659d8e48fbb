import { suite } from "uvu";
import * as assert from "uvu/assert";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { fails, only, startStates } from "../support/state-machine.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";
import { CALLS, type CallRow } from "./conformance/calls.ts";
import { MACHINES } from "./conformance/machines.ts";

const test = suite("Step Functions, as AWS answers");
const HOUR_MS = 3_600_000;

for (const { what, definition, input = {}, gives, fails: failure, events, follows } of MACHINES) {
  test(what, async () => {
    const answer = () => fails("Broken");
    const run = await startStates(definition, input, { answer, ms: HOUR_MS });
    const ended = run.ended();
    const how = failure ? { error: ended?.error, cause: ended?.cause } : ended?.output;
    assert.equal(how, failure ?? gives);
    if (events) assert.equal(run.types(), events);
    if (follows) {
      assert.equal(
        run.events.map(({ type, previousEventId }) => `${type}<${previousEventId}`),
        follows,
      );
    }
  });
}

async function called({ resource, parameters, answer = {} }: CallRow, start: object = {}) {
  const { kernel, clock } = testKernel();
  const lambda = new ScriptedService("lambda", {
    Invoke: {
      run: () => ({ StatusCode: 200, ExecutedVersion: "$LATEST", Payload: "{}", ...answer }),
    },
  });
  const traces: unknown[] = [];
  kernel.dispatcher.register({
    name: "lambda",
    operations: {
      Invoke: {
        needs: () => [],
        run: (input, context) => {
          traces.push(context.traceHeader);
          return lambda.operations["Invoke"]?.run(input, context);
        },
      },
    },
  });
  const states = new StepFunctions(kernel);
  kernel.dispatcher.register(states);
  trustStates(kernel, "lambda:InvokeFunction");
  states.provisionStateMachine(
    machineResource(only({ Type: "Task", Resource: resource, Parameters: parameters })),
  );
  const you = { kind: "administrator" } as const;
  const call = (operation: string, input: object) =>
    kernel.dispatcher.call<Record<string, string>>("states", operation, input, you);
  const { executionArn } = await call("StartExecution", { stateMachineArn: MACHINE, ...start });
  await clock.advance(1000);
  const described = await call("DescribeExecution", { executionArn });
  const history = await call("GetExecutionHistory", { executionArn });
  await states.stop();
  return {
    described,
    history,
    traces,
    payloads: lambda.inputsOf("Invoke").map((one) => one["Payload"]),
  };
}

for (const row of CALLS) {
  test(row.what, async () => {
    const { described, payloads } = await called(row);
    if (row.gets !== undefined) assert.equal(payloads, [row.gets]);
    if (row.cause !== undefined) assert.is(described["cause"], row.cause);
    if (row.gives) {
      const output = JSON.parse(described["output"] ?? "");
      const shown = Object.keys(row.gives).map((name) => [name, output[name]]);
      assert.equal(Object.fromEntries(shown), row.gives);
    }
  });
}

const [FIRST] = CALLS as [CallRow];

// localstack/localstack, test_sfn_api.py, test_start_execution and its relatives
test("the input stays as it was written, in the execution and in its history", async () => {
  const input = '{ "a" :  1 }';
  const { described, history } = await called(FIRST, { input });
  assert.is(described["input"], input);
  const [started] = history["events"] as unknown as Record<string, { input: string }>[];
  assert.is(started?.["executionStartedEventDetails"]?.input, input);
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
test("the trace header of an execution is told, and goes on to its tasks", async () => {
  const traceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793";
  const { described, traces } = await called(FIRST, { traceHeader });
  assert.is(described["traceHeader"], traceHeader);
  assert.equal(traces, [traceHeader]);
});

test.run();
