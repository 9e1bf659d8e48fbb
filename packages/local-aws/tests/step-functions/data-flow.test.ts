import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FUNCTION, failureOf, only, outputOf, startStates } from "../support/state-machine.ts";

const test = suite("state-machine-data");

const task = { Type: "Task", Resource: FUNCTION };
const WHERE = "An error occurred while executing the state 'Only' (entered at the event id #2).";

test("a task sees its parameters, and its result goes where ResultPath says", async () => {
  const run = await startStates(
    only({
      ...task,
      InputPath: "$.order",
      Parameters: { "id.$": "$.id", fixed: [1, { "price.$": "$['unit price']" }] },
      ResultSelector: { "sum.$": "$.total" },
      ResultPath: "$.answer.inner",
      OutputPath: "$.answer",
    }),
    { order: { id: "o1", "unit price": 3 }, answer: { kept: true } },
    { answer: () => ({ total: 9, dropped: 1 }) },
  );

  assert.equal(run.calls[0]?.payload, { id: "o1", fixed: [1, { price: 3 }] });
  assert.equal(run.ended()?.output, { kept: true, inner: { sum: 9 } });
});

test("a null path empties input and output, and drops a result", async () => {
  const run = await startStates(only({ ...task, InputPath: null, ResultPath: null }), { keep: 1 });

  assert.equal(run.calls[0]?.payload, {});
  assert.equal(run.ended()?.output, { keep: 1 });
  assert.equal(await outputOf(only({ Type: "Pass", OutputPath: null }), { keep: 1 }), {});
});

test("Pass gives its Result, null too, in place of its input", async () => {
  assert.equal(await outputOf(only({ Type: "Pass", Result: { a: 1 } }), { b: 2 }), { a: 1 });
  assert.is(await outputOf(only({ Type: "Pass", Result: null }), { b: 2 }), null);
  assert.equal(await outputOf(only({ Type: "Pass", Result: 7, ResultPath: "$.n" }), { b: 2 }), {
    b: 2,
    n: 7,
  });
});

test("a path that finds nothing fails with States.Runtime, which nothing catches", async () => {
  const failure = await failureOf(
    {
      StartAt: "Only",
      States: {
        Only: {
          Type: "Task",
          Resource: FUNCTION,
          Parameters: { "a.$": "$.nope" },
          Retry: [{ ErrorEquals: ["States.ALL"] }],
          Catch: [{ ErrorEquals: ["States.Runtime", "States.ALL"], Next: "Only" }],
          End: true,
        },
      },
    },
    { k: 1 },
  );

  assert.equal(failure, {
    error: "States.Runtime",
    cause: `${WHERE} The JSONPath '$.nope' specified for the field 'a.$' could not be found in the input '{"k":1}'`,
  });
});

test("a ResultPath through a value that is not an object is States.ResultPathMatchFailure", async () => {
  const states = only({ ...task, ResultPath: "$.a.b" });

  assert.equal(await failureOf(states, { a: "text" }), {
    error: "States.ResultPathMatchFailure",
    cause: `${WHERE} Unable to apply ReferencePath $.a.b to input {"a":"text"}`,
  });
});

test("the context object shows the execution, the machine and the state", async () => {
  const output = await outputOf(
    only({ Type: "Pass", Parameters: { "all.$": "$$", "name.$": "$$.State.Name" } }),
    { n: 1 },
  );

  assert.equal(output, {
    all: {
      Execution: {
        Id: "arn:execution",
        Input: { n: 1 },
        Name: "run-1",
        RoleArn: "arn:role",
        StartTime: "2026-01-01T00:00:00.000Z",
        RedriveCount: 0,
      },
      StateMachine: { Id: "arn:machine", Name: "flow" },
      State: { Name: "Only", EnteredTime: "2026-01-01T00:00:00.000Z" },
    },
    name: "Only",
  });
});

test("a path with a wildcard gives a list", async () => {
  const parameters = {
    "ids.$": "$.lines[*].id",
    "last.$": "$.lines[-1].id",
    "none.$": "$.none[*]",
  };
  const input = { lines: [{ id: 1 }, {}, { id: 3 }], none: [] };

  assert.equal(await outputOf(only({ Type: "Pass", Parameters: parameters }), input), {
    ids: [1, 3],
    last: 3,
    none: [],
  });
});

test("a state's output of more than 256 KiB fails the execution", async () => {
  const big = "x".repeat(262_145);

  assert.equal(await failureOf(only({ Type: "Pass", Result: big })), {
    error: "States.DataLimitExceeded",
    cause:
      "The state/task 'Only' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test("a task's input and result are limited to 256 KiB too", async () => {
  const big = "x".repeat(262_145);
  const answered = await startStates(only(task), {}, { answer: () => big });
  const asked = await startStates(
    only({ ...task, Parameters: { a: "x".repeat(200_000), b: "x".repeat(70_000) } }),
    {},
  );

  assert.is(answered.ended()?.error, "States.DataLimitExceeded");
  assert.ok(answered.types().includes("LambdaFunctionFailed"));
  assert.is(asked.ended()?.error, "States.DataLimitExceeded");
  assert.is(asked.calls.length, 0);
});

test("Fail gives its error and cause as a string, path or intrinsic", async () => {
  const byText = await failureOf(only({ Type: "Fail", Error: "Broken", Cause: "it is" }));
  const byPath = await failureOf(
    only({ Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('caused by {}', $.e)" }),
    { e: "Late" },
  );

  assert.equal(byText, { error: "Broken", cause: "it is" });
  assert.equal(byPath, { error: "Late", cause: "caused by Late" });
});

test("Wait takes seconds or a time, from the definition or the input", async () => {
  const until = "2026-01-01T00:00:05Z";
  const waits: [object, unknown, number][] = [
    [{ Seconds: 5 }, {}, 5000],
    [{ SecondsPath: "$.s" }, { s: 5 }, 5000],
    [{ Timestamp: until }, {}, 5000],
    [{ TimestampPath: "$.t" }, { t: until }, 5000],
    [{ Timestamp: "2020-01-01T00:00:00Z" }, {}, 0],
    // More than setTimeout can hold.
    [{ Seconds: 30 * 86_400 }, {}, 30 * 86_400_000],
  ];
  for (const [wait, input, ms] of waits) {
    const run = await startStates(only({ Type: "Wait", ...wait }), input, {
      ms: Math.max(0, ms - 1),
    });
    assert.is(run.ended()?.status, ms === 0 ? "SUCCEEDED" : undefined);
    await run.clock.advance(1);
    assert.equal(run.ended()?.output, input);
  }
});

test("Wait fails where its path leads nowhere or to something else", async () => {
  const missing = only({ Type: "Wait", SecondsPath: "$.input.waitSeconds" });
  const wrong = only({ Type: "Wait", TimestampPath: "$.t" });

  assert.equal(await failureOf(missing), {
    error: "States.Runtime",
    cause: `${WHERE} The SecondsPath parameter does not reference an input value: $.input.waitSeconds`,
  });
  assert.is((await failureOf(wrong, { t: "soon" })).error, "States.Runtime");
});

test.run();
