import { suite } from "uvu";
import * as assert from "uvu/assert";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import type { Store } from "../../src/store/store.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { dataFolders } from "../support/data-folder.ts";
import { FUNCTION } from "../support/state-machine.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("executions that a killed process left");

const EXECUTION = `${MACHINE.replace(":stateMachine:", ":execution:")}:run`;
const STEP_MS = 500;

interface Event {
  id: number;
  previousEventId: number;
  type: string;
  timestamp: number;
}

const RETRY = [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 2 }];
const task = (next: object, more: object = {}) => ({
  Type: "Task",
  Resource: FUNCTION,
  Retry: RETRY,
  ...more,
  ...next,
});

/** Every kind of state that takes time: a task that is retried, a wait, branches, iterations with a limit, a catch. */
const TOUR = {
  StartAt: "Prepare",
  TimeoutSeconds: 600,
  States: {
    Prepare: {
      Type: "Pass",
      Parameters: { "items.$": "$.items", "started.$": "$$.Execution.StartTime" },
      Next: "Work",
    },
    Work: task({ Next: "Rest" }, { ResultPath: "$.work" }),
    Rest: { Type: "Wait", Seconds: 3, Next: "Both" },
    Both: {
      Type: "Parallel",
      ResultPath: "$.both",
      Branches: [
        { StartAt: "Left", States: { Left: task({ Next: "LeftRest" }), LeftRest: waitOf(2) } },
        { StartAt: "Right", States: { Right: { Type: "Pass", Result: "right", End: true } } },
      ],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      MaxConcurrency: 2,
      ResultPath: "$.each",
      ItemProcessor: {
        StartAt: "Item",
        States: {
          Item: task(
            { Next: "ItemRest" },
            {
              Parameters: { "n.$": "$", "index.$": "$$.Map.Item.Index" },
            },
          ),
          ItemRest: waitOf(1),
        },
      },
      Next: "Fails",
    },
    Fails: task(
      { Next: "Never" },
      {
        Parameters: { fail: true },
        Catch: [{ ErrorEquals: ["Broken"], ResultPath: "$.error", Next: "Done" }],
      },
    ),
    Never: { Type: "Fail" },
    Done: { Type: "Succeed" },
  },
};

function waitOf(seconds: number) {
  return { Type: "Wait", Seconds: seconds, End: true };
}

/** A process with the machine: its functions answer after a while, and are busy at every third call. */
function start(definition: object, store: Store, at?: number, calls = { count: 0 }) {
  const { kernel, clock } = testKernel({ store, ...(at !== undefined && { at }) });
  trustStates(kernel);
  const states = new StepFunctions(kernel);
  states.provisionStateMachine(machineResource(definition));
  const lambda = new ScriptedService("lambda", {
    Invoke: {
      run: async ({ Payload }) => {
        const isBusy = ++calls.count % 3 === 1;
        await new Promise<void>((resolve) => void clock.after(1_000, resolve));
        const input = JSON.parse(String(Payload));
        const errorType = isBusy ? "Busy" : input.fail ? "Broken" : undefined;
        return errorType
          ? { FunctionError: "Unhandled", Payload: JSON.stringify({ errorType }) }
          : { StatusCode: 200, Payload: JSON.stringify({ got: input }) };
      },
    },
  });
  kernel.dispatcher.register(states, lambda);
  states.resume();
  const call = <T>(operation: string, input: object) =>
    kernel.dispatcher.call<T>("states", operation, input, { kind: "administrator" });
  return { clock, call, calls };
}

type Process = ReturnType<typeof start>;

async function ending({ call }: Process) {
  const { status, output, error } = await call<Record<string, string>>("DescribeExecution", {
    executionArn: EXECUTION,
  });
  const { events } = await call<{ events: Event[] }>("GetExecutionHistory", {
    executionArn: EXECUTION,
    maxResults: 1000,
  });
  return { status, error, output: output && JSON.parse(output), events };
}

const run = { stateMachineArn: MACHINE, name: "run", input: '{"items":[1,2,3,4,5]}' };

test("an execution that is killed every half second ends as one that is not, with the same history", async () => {
  const whole = dataFolders();
  const first = start(TOUR, whole.store);
  await first.call("StartExecution", run);
  await first.clock.advance(300_000);
  const wanted = await ending(first);
  assert.is(wanted.status, "SUCCEEDED");
  whole.remove();

  const data = dataFolders();
  let process = start(TOUR, data.store);
  await process.call("StartExecution", run);
  let kills = 0;
  for (;;) {
    await process.clock.advance(STEP_MS);
    if ((await ending(process)).status !== "RUNNING") break;
    // A task that a kill interrupts runs again, so that one which takes a second needs a life of two.
    if (kills++ % 4 === 3) await process.clock.advance(2_000);
    const { calls } = process;
    process = start(TOUR, await data.killAndOpen(), process.clock.now(), calls);
  }
  const found = await ending(process);
  assert.ok(kills > 20, `${kills} kills`);
  assert.equal([found.status, found.error], [wanted.status, wanted.error]);
  assert.equal(withoutNoise(found.output), withoutNoise(wanted.output));
  assert.equal(visited(found.events), visited(wanted.events));
  for (const [index, { id, previousEventId }] of found.events.entries()) {
    assert.is(id, index + 1);
    assert.ok(previousEventId < id);
  }
  data.remove();
});

test("a wait and a timeout take the time that is left", async () => {
  const data = dataFolders();
  const definition = {
    StartAt: "Wait",
    TimeoutSeconds: 100,
    States: { Wait: { Type: "Wait", Seconds: 60, Next: "Long" }, Long: waitOf(60) },
  };
  const first = start(definition, data.store);
  await first.call("StartExecution", run);
  await first.clock.advance(50_000);
  const second = start(definition, await data.killAndOpen(), first.clock.now() + 5_000);
  await second.clock.advance(4_999);
  assert.is((await ending(second)).events.at(-1)?.type, "WaitStateEntered");
  assert.is((await ending(second)).events.length, 2);
  await second.clock.advance(1);
  assert.is((await ending(second)).events.length, 4);
  await second.clock.advance(40_000 - 1);
  assert.is((await ending(second)).status, "RUNNING");
  await second.clock.advance(1);
  assert.is((await ending(second)).status, "TIMED_OUT");
  data.remove();
});

test("a task waits for the same token, and its call is not made again once it was taken", async () => {
  const data = dataFolders();
  const definition = {
    StartAt: "Ask",
    States: {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Parameters: { FunctionName: FUNCTION, Payload: { "token.$": "$$.Task.Token" } },
        End: true,
      },
    },
  };
  const calls = { count: 1 };
  const first = start(definition, data.store, undefined, calls);
  await first.call("StartExecution", run);
  await first.clock.advance(2_000);
  const { events } = await first.call<{ events: Record<string, { parameters: string }>[] }>(
    "GetExecutionHistory",
    { executionArn: EXECUTION },
  );
  const parameters = events.find((event) => event["taskScheduledEventDetails"]);
  const { Payload } = JSON.parse(parameters?.["taskScheduledEventDetails"]?.parameters ?? "{}");
  assert.is(calls.count, 2);

  const second = start(definition, await data.killAndOpen(), first.clock.now(), calls);
  await second.clock.advance(2_000);
  assert.is(calls.count, 2);
  await second.call("SendTaskSuccess", { taskToken: Payload.token, output: '"answered"' });
  await second.clock.settle();
  const { status, output } = await ending(second);
  assert.equal([status, output], ["SUCCEEDED", "answered"]);
  data.remove();
});

test("executions that are over are listed and described as before", async () => {
  const data = dataFolders();
  const definition = { StartAt: "Wait", States: { Wait: waitOf(1) } };
  const first = start(definition, data.store);
  for (let n = 1; n <= 5; n++) await first.call("StartExecution", { ...run, name: `run-${n}` });
  await first.clock.advance(2_000);
  await first.call("StartExecution", run);
  const list = { stateMachineArn: MACHINE, maxResults: 4 };
  const before = await first.call<{ nextToken: string }>("ListExecutions", list);

  const second = start(definition, await data.killAndOpen(), first.clock.now());
  const after = await second.call<{ executions: { name: string }[]; nextToken: string }>(
    "ListExecutions",
    list,
  );
  assert.equal(after, before);
  assert.equal(
    after.executions.map(({ name }) => name),
    ["run", "run-5", "run-4", "run-3"],
  );
  const rest = await second.call<{ executions: { name: string }[] }>("ListExecutions", {
    ...list,
    nextToken: after.nextToken,
  });
  assert.equal(
    rest.executions.map(({ name }) => name),
    ["run-2", "run-1"],
  );
  data.remove();
});

test("a name stays taken: the same start is answered as before while it runs, and refused once it is over", async () => {
  const data = dataFolders();
  const definition = { StartAt: "Wait", States: { Wait: waitOf(10) } };
  const first = start(definition, data.store);
  const answer = await first.call("StartExecution", run);
  const refused = (again: Process, input: object) =>
    again.call("StartExecution", { ...run, ...input }).then(
      () => "started",
      ({ code }) => code as string,
    );

  const second = start(definition, await data.killAndOpen(), first.clock.now());
  assert.equal(await second.call("StartExecution", run), answer);
  assert.is(await refused(second, { input: "{}" }), "ExecutionAlreadyExists");
  await second.clock.advance(11_000);
  const third = start(definition, await data.killAndOpen(), second.clock.now());
  assert.is(await refused(third, {}), "ExecutionAlreadyExists");
  data.remove();
});

/** The states that were entered and left, sorted: threads that run side by side come in any order. */
function visited(events: readonly Event[]): string[] {
  return events
    .filter(({ type }) => /StateEntered|StateExited|Iteration|Execution/.test(type))
    .map((event) => {
      const details = Object.entries(event).find(([key]) => key.endsWith("EventDetails"))?.[1];
      const { name = "", index = "" } = (details ?? {}) as { name?: string; index?: number };
      return `${event.type} ${name} ${index}`;
    })
    .sort();
}

/** What the functions were asked is the same; only when is not. */
function withoutNoise(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"));
}

test.run();
