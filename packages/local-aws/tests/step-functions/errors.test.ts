import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  FUNCTION,
  fails,
  failureOf,
  guarded,
  only,
  outputOf,
  startStates,
} from "../support/state-machine.ts";

const test = suite("state-machine-errors");

const task = { Type: "Task", Resource: FUNCTION };
const TOKEN_TASK = {
  Type: "Task",
  Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
  Parameters: { QueueUrl: "queue", MessageBody: { "token.$": "$$.Task.Token" } },
};
const HOUR = 3_600_000;
const onError = (...ErrorEquals: string[]) => [
  { ErrorEquals, Next: "Handled", ResultPath: "$.caught" },
];

/** Milliseconds between the calls of a task that fails at every call. */
async function gaps(retrier: object, random?: () => number): Promise<number[]> {
  const Retry = [{ ErrorEquals: ["Bad"], ...retrier }];
  const run = await startStates(
    only({ ...task, Retry }),
    {},
    {
      answer: () => fails("Bad"),
      ms: HOUR,
      ...(random && { random }),
    },
  );
  assert.is(run.ended()?.error, "Bad");
  return run.calls.slice(1).map(({ at }, index) => at - (run.calls[index]?.at ?? 0));
}

test("a retry waits longer each time, three times by default", async () => {
  assert.equal(await gaps({}), [1000, 2000, 4000]);
  assert.equal(await gaps({ IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 2 }), [3000, 4500]);
});

test("MaxDelaySeconds caps the wait, and MaxAttempts 0 means no retry", async () => {
  assert.equal(await gaps({ MaxAttempts: 4, MaxDelaySeconds: 3 }), [1000, 2000, 3000, 3000]);
  assert.equal(await gaps({ MaxAttempts: 0 }), []);
});

test("full jitter waits a random part of the delay", async () => {
  const parts = [0.1, 0.9, 0];
  let next = 0;

  assert.equal(await gaps({ JitterStrategy: "FULL" }, () => parts[next++] ?? 0), [100, 1800, 0]);
});

test("each retrier counts for itself, and the state counts them all", async () => {
  const Retry = [
    { ErrorEquals: ["A"], MaxAttempts: 1, IntervalSeconds: 1 },
    { ErrorEquals: ["States.ALL"], MaxAttempts: 2, IntervalSeconds: 10, BackoffRate: 1 },
  ];
  const errors = ["A", "B", "B"];
  const run = await startStates(
    only({ ...task, Retry }),
    {},
    {
      answer: (_, count) => (errors[count - 1] ? fails(errors[count - 1] ?? "") : "done"),
      ms: HOUR,
    },
  );

  assert.is(run.ended()?.output, "done");
  assert.equal(
    run.calls.map(({ at }) => at),
    [0, 1000, 11_000, 21_000],
  );
  assert.equal(
    run.calls.map(({ context }) => context.State?.RetryCount),
    [0, 1, 2, 3],
  );
});

test("a retrier whose attempts are used up leaves the error to Catch, not to a later retrier", async () => {
  const Retry = [
    { ErrorEquals: ["A"], MaxAttempts: 1 },
    { ErrorEquals: ["States.ALL"], MaxAttempts: 5 },
  ];
  const run = await startStates(
    guarded({ ...task, Retry, Catch: onError("A") }),
    { k: 1 },
    {
      answer: () => fails("A", "why"),
      ms: HOUR,
    },
  );

  assert.is(run.calls.length, 2);
  assert.equal(run.ended()?.output, { k: 1, caught: { Error: "A", Cause: "why" } });
});

test("the first catcher that names the error handles it", async () => {
  const Catch = [
    { ErrorEquals: ["B"], Next: "Only" },
    { ErrorEquals: ["A"], Next: "Handled" },
    { ErrorEquals: ["States.ALL"], Next: "Only" },
  ];
  const output = await outputOf(guarded({ ...task, Catch }), {}, { answer: () => fails("A") });

  assert.equal(output, { Error: "A", Cause: "because" });
});

test("an error that no catcher names fails the execution", async () => {
  const machine = guarded({ ...task, Catch: onError("Other") });

  assert.equal(await failureOf(machine, {}, { answer: () => fails("A", "why") }), {
    error: "A",
    cause: "why",
  });
});

test("a task that takes too long times out, and its late answer changes nothing", async () => {
  const machine = guarded({ ...task, TimeoutSeconds: 5, Catch: onError("States.Timeout") });
  let answerLate: (value: unknown) => void = () => {};
  const run = await startStates(
    machine,
    {},
    {
      answer: () =>
        new Promise((resolve) => {
          answerLate = resolve;
        }),
      ms: 4999,
    },
  );
  assert.is(run.ended(), undefined);

  await run.clock.advance(1);
  const events = run.types();
  answerLate("late");
  await run.clock.advance(1000);

  assert.equal(run.ended()?.output, { caught: { Error: "States.Timeout", Cause: "" } });
  assert.equal(run.types(), events);
});

test("a late failure of a timed-out task changes nothing either", async () => {
  let failLate: (reason: unknown) => void = () => {};
  const run = await startStates(
    only({ ...task, TimeoutSeconds: 1 }),
    {},
    {
      answer: () =>
        new Promise((_, reject) => {
          failLate = reject;
        }),
      ms: 1000,
    },
  );
  failLate(new Error("late"));
  await run.clock.advance(1000);

  assert.equal(run.ended(), { status: "FAILED", error: "States.Timeout" });
  assert.is(run.types().at(-1), "ExecutionFailed");
});

test("a task without TimeoutSeconds may take three years", async () => {
  const run = await startStates(
    only(task),
    {},
    {
      answer: () => new Promise(() => {}),
      ms: 99_999_998_999,
    },
  );
  assert.is(run.ended(), undefined);

  await run.clock.advance(1001);

  assert.is(run.ended()?.error, "States.Timeout");
});

test("a timeout may come from the input", async () => {
  const machine = only({ ...task, TimeoutSecondsPath: "$.limit" });
  const never = { answer: () => new Promise(() => {}), ms: 2000 };

  assert.is((await failureOf(machine, { limit: 2 }, never)).error, "States.Timeout");
  assert.is((await failureOf(machine, { limit: "2" }, never)).error, "States.Runtime");
});

test("States.TaskFailed stands for every error but a timeout, States.ALL for that too", async () => {
  const late = { answer: () => new Promise(() => {}), ms: 1000 };
  const timed = { ...task, TimeoutSeconds: 1 };

  const failed = await outputOf(
    guarded({ ...task, Catch: onError("States.TaskFailed") }),
    {},
    {
      answer: () => fails("Any"),
    },
  );
  const timedOut = await failureOf(
    guarded({ ...timed, Catch: onError("States.TaskFailed") }),
    {},
    late,
  );
  const all = await outputOf(guarded({ ...timed, Catch: onError("States.ALL") }), {}, late);

  assert.equal(failed, { caught: { Error: "Any", Cause: "because" } });
  assert.is(timedOut.error, "States.Timeout");
  assert.equal(all, { caught: { Error: "States.Timeout", Cause: "" } });
});

test("States.ALL passes over States.DataLimitExceeded, its own name does not", async () => {
  const big = { answer: () => "x".repeat(262_145) };
  const byName = guarded({ ...task, Catch: onError("States.DataLimitExceeded") });
  const byAll = guarded({ ...task, Catch: onError("States.ALL") });

  assert.is((await failureOf(byAll, {}, big)).error, "States.DataLimitExceeded");
  assert.equal(Object.keys((await outputOf(byName, {}, big)) as object), ["caught"]);
});

test("a failed intrinsic can be caught, a failed Choice cannot", async () => {
  const Parameters = { "a.$": "States.ArrayGetItem($.list, 5)" };
  const caught = await outputOf(
    guarded({ ...task, Parameters, Catch: onError("States.IntrinsicFailure") }),
    { list: [] },
  );
  const unmatched = await failureOf(
    only({ Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "Only" }] }),
    { n: 2 },
  );

  assert.match(JSON.stringify(caught), "States.ArrayGetItem failed: index 5 is outside of 0 items");
  assert.is(unmatched.error, "States.NoChoiceMatched");
});

test("an error of a task that is not a state machine's error fails the test", async () => {
  const failure = await failureOf(
    only(task),
    {},
    {
      answer: () => {
        throw new TypeError("a bug of ours");
      },
    },
  );

  assert.is(failure.error, "States.Runtime");
  assert.match(failure.cause ?? "", "TypeError: a bug of ours");
});

test("the machine's own timeout ends the execution as TIMED_OUT", async () => {
  const machine = only({ Type: "Wait", Seconds: 60 }, { TimeoutSeconds: 10 });
  const run = await startStates(machine, {}, { ms: 10_000 });

  assert.equal(run.ended(), { status: "TIMED_OUT" });
  assert.equal(run.types(), ["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]);
  await run.clock.advance(HOUR);
  assert.is(run.events.length, 3);
});

test("stopping ends the execution at once, during a retry's wait too", async () => {
  const run = await startStates(
    only({ ...task, Retry: [{ ErrorEquals: ["Bad"] }] }),
    {},
    {
      answer: () => fails("Bad"),
    },
  );
  run.machine.stop("Enough", "said the user");
  await run.clock.advance(HOUR);

  assert.equal(run.ended(), { status: "ABORTED", error: "Enough", cause: "said the user" });
  assert.is(run.calls.length, 1);
  assert.equal(run.events.at(-1), {
    timestamp: run.clock.now() / 1000 - HOUR / 1000,
    type: "ExecutionAborted",
    id: 6,
    previousEventId: 0,
    executionAbortedEventDetails: { error: "Enough", cause: "said the user" },
  });
});

test("a task with a token waits until the token comes back", async () => {
  const run = await startStates(
    only(TOKEN_TASK),
    {},
    { answer: () => ({ MessageId: "m1" }), ms: HOUR },
  );
  assert.is(run.ended(), undefined);
  assert.equal(run.calls[0]?.payload, { QueueUrl: "queue", MessageBody: { token: "id-1" } });

  run.tokens.succeed("id-1", { approved: true });
  await run.clock.advance(0);

  assert.equal(run.ended()?.output, { approved: true });
  assert.equal(run.types().slice(2, 6), [
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
  ]);
  assert.is(run.tokens.stateOf("id-1"), "spent");
});

test("a token may come back before the call that carried it returns", async () => {
  let answerLate: (value: unknown) => void = () => {};
  const machine = {
    StartAt: "Ask",
    States: {
      Ask: { ...TOKEN_TASK, Type: "Task" as const, Next: "Rest" },
      Rest: { Type: "Wait" as const, Seconds: 60, End: true },
    },
  };
  const run = await startStates(
    machine,
    {},
    {
      answer: () =>
        new Promise((resolve) => {
          answerLate = resolve;
        }),
    },
  );
  run.tokens.succeed("id-1", "early");
  await run.clock.advance(0);
  answerLate({ MessageId: "m1" });
  await run.clock.advance(60_000);

  assert.is(run.ended()?.output, "early");
  assert.not.ok(run.types().includes("TaskSubmitted"));
});

test("a token that comes back with an error fails the task", async () => {
  const run = await startStates(guarded({ ...TOKEN_TASK, Catch: onError("Rejected") }), {});
  run.tokens.fail("id-1", "Rejected", "by hand");
  await run.clock.advance(0);

  assert.equal(run.ended()?.output, { caught: { Error: "Rejected", Cause: "by hand" } });
});

test("a call that fails ends the wait for its token", async () => {
  const failure = await failureOf(only(TOKEN_TASK), {}, { answer: () => fails("SQS.Down") });

  assert.is(failure.error, "SQS.Down");
});

test("heartbeats keep a task with a token alive; a missed one counts as a timeout", async () => {
  const Catch = onError("States.HeartbeatTimeout");
  const run = await startStates(
    guarded({ ...TOKEN_TASK, HeartbeatSeconds: 10, Catch }),
    {},
    {
      ms: 9000,
    },
  );
  run.tokens.heartbeat("id-1");
  await run.clock.advance(9999);
  assert.is(run.ended(), undefined);

  await run.clock.advance(1);

  assert.equal(run.ended()?.output, { caught: { Error: "States.Timeout", Cause: "" } });
});

test("a machine that goes round for ever ends with a full history", async () => {
  const failure = await failureOf({
    StartAt: "Only",
    States: { Only: { Type: "Pass", Next: "Only" } },
  });

  assert.equal(failure, {
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  });
});

test.run();
