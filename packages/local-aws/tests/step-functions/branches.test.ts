import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { State, StateGraph } from "../../src/services/step-functions/asl-types.ts";
import {
  FUNCTION,
  fails,
  failureOf,
  guarded,
  only,
  outputOf,
  startStates,
} from "../support/state-machine.ts";

const test = suite("state-machine-branches");

const task = { Type: "Task", Resource: FUNCTION };
const branch = (name: string, state: object): StateGraph => ({
  StartAt: name,
  States: { [name]: { ...state, End: true } as unknown as State },
});

test("Parallel gives every branch its input and lists their outputs in order", async () => {
  const machine = only({
    Type: "Parallel",
    Branches: [
      branch("Slow", { Type: "Wait", Seconds: 5 }),
      branch("Fast", { Type: "Pass", Parameters: { "n.$": "$.n" } }),
    ],
    ResultSelector: { "first.$": "$[0]", "second.$": "$[1].n" },
    ResultPath: "$.both",
  });

  assert.equal(await outputOf(machine, { n: 1 }, { ms: 5000 }), {
    n: 1,
    both: { first: { n: 1 }, second: 1 },
  });
});

test("a branch that fails gives up the others, and Catch handles its error", async () => {
  const machine = guarded({
    Type: "Parallel",
    Branches: [
      branch("Fails", { Type: "Fail", Error: "E1", Cause: "c1" }),
      branch("Waits", { Type: "Wait", Seconds: 5 }),
    ],
    Catch: [{ ErrorEquals: ["E1"], Next: "Handled" }],
  });
  const run = await startStates(machine, {});

  assert.equal(run.ended()?.output, { Error: "E1", Cause: "c1" });
  assert.equal(run.types(), [
    "ExecutionStarted",
    "ParallelStateEntered",
    "ParallelStateStarted",
    "FailStateEntered",
    "WaitStateEntered",
    "WaitStateAborted",
    "ParallelStateFailed",
    "ParallelStateExited",
    "PassStateEntered",
    "PassStateExited",
    "ExecutionSucceeded",
  ]);
});

test("a Parallel state that is tried again runs all branches again", async () => {
  const machine = only({
    Type: "Parallel",
    Branches: [branch("Task", task), branch("Other", { Type: "Pass" })],
    Retry: [{ ErrorEquals: ["Bad"], IntervalSeconds: 2 }],
  });
  const answer = (_: unknown, count: number) => (count === 1 ? fails("Bad") : "ok");
  const run = await startStates(machine, {}, { answer, ms: 2000 });

  assert.equal(run.ended()?.output, ["ok", {}]);
  assert.is(run.types().filter((type) => type === "ParallelStateStarted").length, 2);
});

test("Map selects what each item's run sees, and keeps the items' order", async () => {
  const machine = only({
    Type: "Map",
    ItemsPath: "$.lines",
    ItemSelector: {
      "index.$": "$$.Map.Item.Index",
      "line.$": "$$.Map.Item.Value",
      "order.$": "$.id",
      "state.$": "$$.State.Name",
    },
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...branch("Work", task) },
    ResultPath: "$.done",
  });
  const run = await startStates(machine, { id: "o1", lines: ["a", "b"] });

  assert.equal(run.ended()?.output, {
    id: "o1",
    lines: ["a", "b"],
    done: [
      { index: 0, line: "a", order: "o1", state: "Only" },
      { index: 1, line: "b", order: "o1", state: "Only" },
    ],
  });
  assert.equal(run.calls[1]?.context.Map, { Item: { Index: 1, Value: "b" } });
  assert.is(run.calls[1]?.context.State?.Name, "Work");
});

test("Map without a selector hands each item on as it is", async () => {
  const machine = only({ Type: "Map", Iterator: branch("Work", task) });

  assert.equal(await outputOf(machine, [1, { a: 2 }]), [1, { a: 2 }]);
  assert.equal(await outputOf(machine, []), []);
});

test("Map runs no more iterations at once than MaxConcurrency, and never more than 40", async () => {
  const at = async (limits: object) => {
    const machine = only({
      Type: "Map",
      ItemsPath: "$.items",
      ...limits,
      ItemProcessor: branch("Wait", { Type: "Wait", Seconds: 1 }),
    });
    const input = { items: Array.from({ length: 100 }, (_, n) => n), most: 3 };
    const run = await startStates(machine, input);
    return run.types().filter((type) => type === "MapIterationStarted").length;
  };

  assert.is(await at({ MaxConcurrency: 2 }), 2);
  assert.is(await at({ MaxConcurrencyPath: "$.most" }), 3);
  assert.is(await at({ MaxConcurrency: 0 }), 40);
  assert.is(await at({}), 40);
  assert.is(await at({ MaxConcurrency: 80 }), 40);
});

test("Map asks for a list", async () => {
  const machine = only({
    Type: "Map",
    ItemsPath: "$.items",
    ItemProcessor: branch("Work", task),
  });

  assert.match(
    (await failureOf(machine, { items: {} })).cause ?? "",
    'Reference path "$.items" must point to array.',
  );
});

test("an iteration that fails aborts the others, as the history tells", async () => {
  const machine = only({
    Type: "Map",
    ItemProcessor: branch("Work", task),
  });
  const answer = (item: unknown) => (item === "bad" ? fails("Bad") : new Promise(() => {}));
  const run = await startStates(machine, ["good", "bad"], { answer });
  const failed = run.events.find(({ type }) => type === "LambdaFunctionFailed");
  const ending = run.events.slice(Number(failed?.id));

  assert.is(run.ended()?.error, "Bad");
  assert.equal(
    ending.map(({ type, previousEventId }) => [type, previousEventId === failed?.id]),
    [
      ["MapIterationAborted", true],
      ["TaskStateAborted", true],
      ["MapIterationFailed", true],
      ["TaskStateAborted", true],
      ["MapStateFailed", true],
      ["ExecutionFailed", false],
    ],
  );
  assert.equal(ending[0]?.mapIterationAbortedEventDetails, { name: "Only", index: 0 });
  assert.equal(ending[2]?.mapIterationFailedEventDetails, { name: "Only", index: 1 });
});

test("a failure deep inside aborts what is nested beside it", async () => {
  const inner = {
    Type: "Parallel",
    Branches: [branch("Inner", { Type: "Wait", Seconds: 60 })],
  };
  const machine = only({
    Type: "Parallel",
    Branches: [branch("Nested", inner), branch("Fails", { Type: "Fail", Error: "E" })],
  });
  const run = await startStates(machine, {});

  assert.equal(run.types().slice(-5), [
    "FailStateEntered",
    "WaitStateAborted",
    "ParallelStateAborted",
    "ParallelStateFailed",
    "ExecutionFailed",
  ]);
  await run.clock.advance(60_000);
  assert.is(run.types().at(-1), "ExecutionFailed");
});

test("branches follow the event that started them", async () => {
  const machine = only({
    Type: "Parallel",
    Branches: [branch("A", { Type: "Pass" }), branch("B", { Type: "Pass" })],
  });
  const run = await startStates(machine, {});

  assert.equal(
    run.events.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`),
    [
      "1 0 ExecutionStarted",
      "2 0 ParallelStateEntered",
      "3 2 ParallelStateStarted",
      "4 3 PassStateEntered",
      "5 3 PassStateEntered",
      "6 4 PassStateExited",
      "7 5 PassStateExited",
      "8 7 ParallelStateSucceeded",
      "9 7 ParallelStateExited",
      "10 9 ExecutionSucceeded",
    ],
  );
});

test.run();
