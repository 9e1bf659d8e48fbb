import { suite } from "uvu";
import * as assert from "uvu/assert";
import { stepsOf } from "../../console/executions/history.ts";
import { layoutStates } from "../../console/executions/state-machine.ts";
import { layOut, statesOf, ticks } from "../../console/journeys/waterfall.ts";
import { explain, withFaults } from "../../console/map/faults.ts";
import { readDashboard } from "../../console/metrics/dashboard.ts";
import { isError, readable } from "../../console/parts/log-text.ts";
import { curlOf, operationsOf, requestOf } from "../../console/requests/operations.ts";
import { readRoute, routeTo } from "../../console/route.ts";
import { stretchesOf } from "../../console/services/alarm-history.ts";
import { cellText, columnsOf, type Item, plainItem } from "../../console/services/table-items.ts";
import type { Bar, Fault } from "../../src/console/contract.ts";

const test = suite("what the views are drawn from");

const bar = (key: string, from: number, more: Partial<Bar> = {}): Bar => ({
  key,
  where: "",
  label: key,
  waitingFrom: from,
  from,
  to: from,
  tone: "good",
  what: "",
  minor: false,
  depth: 0,
  lines: [],
  ...more,
});

test("a waterfall tells waiting and working apart, and what goes on lasts until now", () => {
  const bars = [bar("a", 20, { waitingFrom: 0, to: 60 }), bar("b", 60, { to: undefined })].map(
    (one) => {
      if (one.to === undefined) delete one.to;
      return one;
    },
  );
  const { rows, from, to } = layOut(bars, 100, false);
  assert.equal([from, to], [0, 100]);
  const [a, b] = rows;
  assert.ok(a?.kind === "bar" && b?.kind === "bar");
  assert.equal(
    [a.left, a.wait, a.width].map((n) => n.toFixed(2)),
    ["0.00", "0.20", "0.40"],
  );
  assert.is(b.width.toFixed(2), "0.40");
});

test("notices that follow each other are folded into one row, unless all are asked for", () => {
  const bars = [
    bar("a", 0),
    bar("b", 1, { minor: true }),
    bar("c", 2, { minor: true }),
    bar("d", 3),
  ];
  const kinds = layOut(bars, 9, false).rows.map((row) =>
    row.kind === "bar" ? row.bar.key : row.bars.length,
  );
  assert.equal(kinds, ["a", 2, "d"]);
  assert.is(layOut(bars, 9, true).rows.length, 4);
  assert.equal(layOut([], 9, true).rows, []);
});

test("a scale has round moments", () => {
  assert.equal(ticks(4_500), [0, 1_000, 2_000, 3_000, 4_000]);
  assert.equal(ticks(35), [0, 10, 20, 30]);
});

test("the last attempt says how a state went", () => {
  const bars = [
    bar("run:1:Charge:0", 0, { state: "Charge", tone: "bad" }),
    bar("run:1:Charge:1", 1, { state: "Charge" }),
    bar("notice:x", 2, { state: "Charge", tone: "bad" }),
  ];
  assert.equal([...statesOf(bars)], [["Charge", "good"]]);
});

test("faults of one kind are one, the newest first, and are forgotten", () => {
  const fault = (time: number, kind: string): Fault => ({
    time,
    decision: "failed",
    from: "a",
    to: "b",
    kind,
    detail: "",
    edges: [],
  });
  const known = withFaults([], [fault(1, "x"), fault(2, "y"), fault(3, "x")], 3);
  assert.equal(
    known.map(({ kind, count }) => `${kind} ${count}`),
    ["x 2", "y 1"],
  );
  assert.equal(withFaults(known, [], 200_000), []);
});

test("a denied call shows the statement that is missing apart from the sentence", () => {
  const detail = 'may not; add {"Effect":"Allow","Action":"sqs:SendMessage"} to role r (a.ts:1)';
  const { sentence, statement } = explain({
    time: 0,
    decision: "denied",
    from: "r",
    to: "q",
    kind: "sqs:SendMessage",
    detail,
    edges: [],
  });
  assert.is(sentence, "may not; add the statement below to role r (a.ts:1)");
  assert.is(statement, '{"Effect":"Allow","Action":"sqs:SendMessage"}');
});

test("an address names a view and what is open in it", () => {
  assert.equal(readRoute(routeTo("queues", "a/b c")), { view: "queues", item: "a/b c" });
  assert.equal(readRoute(""), { view: "map", item: "" });
  assert.equal(readRoute("#/x/%zz"), { view: "x", item: "%zz" });
});

test("a history gives each state its attempts, error and end", () => {
  const at = (seconds: number) => seconds;
  const steps = stepsOf([
    { id: 1, type: "ExecutionStarted", timestamp: at(0) },
    {
      id: 2,
      type: "TaskStateEntered",
      timestamp: at(1),
      stateEnteredEventDetails: { name: "A", input: "1" },
    },
    { id: 3, type: "TaskScheduled", timestamp: at(1) },
    {
      id: 4,
      type: "TaskFailed",
      timestamp: at(2),
      taskFailedEventDetails: { error: "E", cause: '{"errorMessage":"m"}' },
    },
    { id: 5, type: "TaskScheduled", timestamp: at(3) },
    {
      id: 6,
      type: "TaskStateExited",
      timestamp: at(4),
      stateExitedEventDetails: { name: "A", output: "2" },
    },
    { id: 7, type: "TaskStateEntered", timestamp: at(4), stateEnteredEventDetails: { name: "B" } },
    {
      id: 8,
      type: "ExecutionFailed",
      timestamp: at(5),
      executionFailedEventDetails: { error: "F" },
    },
  ]);
  assert.equal(
    steps.map(({ state, tone, attempts, error, from, to }) => [
      state,
      tone,
      attempts,
      error,
      from,
      to,
    ]),
    [
      ["A", "good", 2, "E: m", 1_000, 4_000],
      ["B", "bad", 0, "F", 4_000, 5_000],
    ],
  );
});

test("a state machine is laid out with all its ways", () => {
  const { states, ways } = layoutStates(
    JSON.stringify({
      StartAt: "A",
      States: {
        A: { Type: "Task", Next: "B", Catch: [{ Next: "C" }] },
        B: { Type: "Choice", Choices: [{ Next: "C" }], Default: "D" },
        C: { Type: "Fail" },
        D: { Type: "Pass", End: true },
      },
    }),
  );
  assert.is(states.length, 6);
  assert.equal(
    ways.map(({ from, to, kind }) => `${from}>${to} ${kind}`),
    [
      "Start>A next",
      "A>B next",
      "A>C catch",
      "B>C choice",
      "B>D choice",
      "C>End next",
      "D>End next",
    ],
  );
});

test("a dashboard's short form of metrics is read", () => {
  const body = JSON.stringify({
    widgets: [
      {
        type: "metric",
        y: 6,
        properties: {
          title: "T",
          stat: "Sum",
          metrics: [
            ["N", "M", "D", "1", { label: "one" }],
            ["...", "2"],
            [".", "O", ".", "."],
          ],
        },
      },
      { type: "text", y: 0, properties: { markdown: "## Why?" } },
      { type: "log", y: 9 },
    ],
  });
  assert.equal(readDashboard(body), [
    { kind: "text", text: "Why?" },
    {
      kind: "graph",
      title: "T",
      period: 300,
      lines: [
        { label: "one", namespace: "N", metric: "M", dimensions: { D: "1" }, stat: "Sum" },
        { label: "2", namespace: "N", metric: "M", dimensions: { D: "2" }, stat: "Sum" },
        { label: "2", namespace: "N", metric: "O", dimensions: { D: "2" }, stat: "Sum" },
      ],
    },
  ]);
});

test("log lines are told in words", () => {
  assert.is(readable("plain\n"), "plain");
  assert.is(
    readable('{"type":"platform.report","record":{"metrics":{"durationMs":12.4}}}'),
    "report: 12 ms",
  );
  assert.is(readable('{"level":"INFO","message":{"event":"x"}}'), 'INFO {"event":"x"}');
  assert.ok(isError('{"level":"ERROR"}'));
});

test("a filled form is a request, and the curl that sends it survives quotes", () => {
  const [operation] = operationsOf({
    paths: {
      "/orders/{id}": {
        parameters: [{ name: "id", in: "path", required: true, example: "o1", schema: {} }],
        post: {
          operationId: "place",
          parameters: [{ name: "limit", in: "query", schema: {} }],
          requestBody: { content: { "application/json": { example: { a: "it's" } } } },
        },
      },
    },
  });
  assert.ok(operation);
  const request = requestOf(
    operation,
    { values: { id: "a b", limit: "2" }, body: '{"a":"it\'s"}' },
    "k",
  );
  assert.is(request.path, "/orders/a%20b?limit=2");
  assert.equal(request.headers, { "x-api-key": "k", "content-type": "application/json" });
  assert.match(curlOf("http://x", request), `-d '{"a":"it'\\''s"}'`);
});

test("an alarm's history gives stretches up to now", () => {
  const item = (Timestamp: number, HistorySummary: string) => ({
    Timestamp,
    HistorySummary,
    HistoryItemType: "StateUpdate",
  });
  const items = [
    item(8, "Alarm updated from ALARM to OK"),
    item(4, "Alarm updated from OK to ALARM"),
  ];
  assert.equal(stretchesOf(items, "OK", { from: 0, to: 10_000 }), [
    { state: "OK", from: 0, to: 4_000 },
    { state: "ALARM", from: 4_000, to: 8_000 },
    { state: "OK", from: 8_000, to: 10_000 },
  ]);
  assert.equal(stretchesOf([], "OK", { from: 0, to: 1 }), [{ state: "OK", from: 0, to: 1 }]);
});

test("items are told in plain JSON, their keys first", () => {
  const items: Item[] = [
    { b: { N: "1" }, id: { S: "x" } },
    { id: { S: "y" }, c: { M: { d: { BOOL: true } } } },
  ];
  assert.equal(columnsOf(items, ["id"], 3), ["id", "b", "c"]);
  assert.equal(plainItem(items[1] ?? {}), { id: "y", c: { d: true } });
  assert.is(cellText({ L: [{ NULL: true }] }), "[null]");
});

test.run();
