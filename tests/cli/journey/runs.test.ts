import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { duration, runEvents } from "../../../cli/journey/run-events.ts";

const test = suite("journey: runs of the workflow");

const T = Date.parse("2026-11-21T09:30:00.000Z");

function history(...events: [ms: number, type: string, details?: object][]): HistoryEvent[] {
  return events.map(([ms, type, details], index) => {
    const member = type.endsWith("StateEntered")
      ? "stateEnteredEventDetails"
      : type.endsWith("StateExited")
        ? "stateExitedEventDetails"
        : `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
    return { id: index + 1, timestamp: new Date(T + ms), type, [member]: details } as HistoryEvent;
  });
}

const enter = (name: string) => ({ name });
const told = (...events: Parameters<typeof history>) =>
  runEvents([{ name: "order-o", history: history(...events) }], "orders").map(
    ({ at, kind, what }) => [at - T, kind, what],
  );

test("a state is shown with its attempts, and each failed attempt with its cause and the wait after it", () => {
  const failure = (errorMessage: string) => ({
    error: "TransientError",
    cause: JSON.stringify({ errorType: "TransientError", errorMessage, trace: ["at x"] }),
  });
  assert.equal(
    told(
      [0, "ExecutionStarted", {}],
      [1, "TaskStateEntered", enter("ChargePayment")],
      [2, "TaskScheduled"],
      [3, "TaskStarted"],
      [50, "TaskFailed", failure("out of service")],
      [850, "TaskScheduled"],
      [2850, "TaskTimedOut", { error: "States.Timeout" }],
      [4350, "TaskScheduled"],
      [4400, "TaskSucceeded", { output: '{"Payload":{"refusal":"payment_declined"}}' }],
      [4401, "TaskStateExited", enter("ChargePayment")],
      [4401, "ChoiceStateEntered", enter("IsPaid")],
      [4402, "ChoiceStateExited", enter("IsPaid")],
      [4402, "TaskStateEntered", enter("RefundPayment")],
      [4403, "TaskScheduled"],
    ),
    [
      [0, "run", "order-o started"],
      [1, "state", "ChargePayment: 4.4 s, 3 attempts, refuses: payment_declined"],
      [50, "retry", "ChargePayment, attempt 1: TransientError: out of service; next after 800 ms"],
      [2850, "retry", "ChargePayment, attempt 2: States.Timeout; next after 1.5 s"],
      [4401, "state", "IsPaid → RefundPayment"],
      [4402, "state", "RefundPayment: not over"],
    ],
  );
});

test("a parked refund is shown with its cause and how long it waited", () => {
  const input = JSON.stringify({
    stuck: { Error: "RefundRefused", Cause: '{"errorMessage":"no"}' },
  });
  const parked = { name: "ParkRefund", input };
  assert.equal(
    told(
      [0, "TaskStateEntered", parked],
      [1, "TaskScheduled"],
      [5, "TaskSubmitted"],
      [300_000, "TaskSucceeded", { output: "{}" }],
      [300_000, "TaskStateExited", enter("ParkRefund")],
      [300_001, "TaskStateEntered", enter("RefundPayment")],
    ),
    [
      [0, "parked", "parked for 5 min 0 s: RefundRefused: no"],
      [300_001, "state", "RefundPayment: not over"],
    ],
  );
  assert.equal(told([0, "TaskStateEntered", parked]), [
    [0, "parked", "parked, and waiting for a person: RefundRefused: no"],
  ]);
});

test("an error that is caught says where the run goes on, and one that is not ends it", () => {
  const error = { error: "OrderNotFound", cause: '{"errorMessage":"there is no order o"}' };
  assert.equal(
    told(
      [0, "ExecutionStarted", {}],
      [1, "TaskStateEntered", enter("ReserveStock")],
      [2, "TaskScheduled"],
      [9, "TaskFailed", error],
      [9, "TaskStateExited", enter("ReserveStock")],
      [9, "FailStateEntered", enter("InvalidRun")],
      [10, "ExecutionFailed", error],
    ),
    [
      [0, "run", "order-o started"],
      [1, "state", "ReserveStock: 8 ms"],
      [
        9,
        "retry",
        "ReserveStock, attempt 1: OrderNotFound: there is no order o; goes on to InvalidRun",
      ],
      [9, "state", "InvalidRun"],
      [10, "run-ended", "order-o FAILED after 10 ms: OrderNotFound: there is no order o"],
    ],
  );
});

test("events of a run follow one another, and a later run follows an earlier one", () => {
  const events = history([0, "ExecutionStarted", {}], [5, "ExecutionAborted", { cause: "stop" }]);
  const runs = ["order-o", "order-o-2"].map((name) => ({
    name,
    history: events,
  }));
  assert.equal(
    runEvents(runs, "orders").map(({ key, after }) => [key, after]),
    [
      ["run:1", []],
      ["run:1:end", ["run:1"]],
      ["run:2", ["run:1:end"]],
      ["run:2:end", ["run:2"]],
    ],
  );
});

test("durations are shown in a suitable unit", () => {
  assert.equal([0, 999, 1_000, 61_500, 7_260_000].map(duration), [
    "0 ms",
    "999 ms",
    "1.0 s",
    "1 min 2 s",
    "2 h 1 min",
  ]);
});

test.run();
