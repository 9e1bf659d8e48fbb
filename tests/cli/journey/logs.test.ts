import { suite } from "uvu";
import * as assert from "uvu/assert";
import { expressEvents } from "../../../cli/journey/express-events.ts";
import { nothingFound, ordersNamed, relatedIds } from "../../../cli/journey/find-order.ts";
import { logEvents } from "../../../cli/journey/log-events.ts";
import { type FoundLine, readLines } from "../../../cli/journey/log-line.ts";
import { queryFor } from "../../../cli/journey/search-logs.ts";
import { byteText } from "../../../cli/journey/search-progress.ts";
import { readWindow } from "../../../cli/journey/search-window.ts";

const test = suite("journey: log lines");

const T = Date.parse("2026-11-21T09:30:00.000Z");
const iso = (ms: number) => new Date(T + ms).toISOString();

function line(ms: number, writer: string, message: object, requestId = "inv"): FoundLine {
  // CloudWatch takes lines a moment after they are written.
  const text = JSON.stringify({ timestamp: iso(ms), level: "INFO", requestId, message });
  return { at: T + ms + 3, writer, text };
}

const placed = line(10, "placeOrder", {
  event: "order_placed",
  orderId: "o-1",
  correlationId: "c-1",
  requestId: "r-1",
  idempotencyKey: "k-1",
});
const access = (requestId: string, more: object = {}): FoundLine => ({
  at: T + 20,
  writer: "ordersApiAccess",
  text: JSON.stringify({
    requestId,
    method: "POST",
    resource: "/orders",
    status: "201",
    latencyMs: "15",
    error: "-",
    ...more,
  }),
});
const report: FoundLine = {
  at: T + 14,
  writer: "placeOrder",
  text: JSON.stringify({
    time: iso(14),
    type: "platform.report",
    record: { requestId: "inv", metrics: { durationMs: 7.6, initDurationMs: 101.2 } },
  }),
};

test("lines of handlers, of Lambda and of gateways are distinguished, each once", () => {
  const metric = { at: T, writer: "orderEvents", text: '{"_aws":{},"orderId":"o-1"}' };
  const plain = { at: T, writer: "orderEvents", text: "o-1" };
  const lines = readLines([report, placed, placed, access("r-1"), metric, plain]);
  assert.equal(lines, {
    handler: [
      {
        at: T + 10,
        writer: "placeOrder",
        invocation: "inv",
        event: "order_placed",
        fields: JSON.parse(placed.text).message,
      },
    ],
    platform: [
      {
        at: T + 14,
        writer: "placeOrder",
        type: "platform.report",
        invocation: "inv",
        durationMs: 7.6,
        initMs: 101.2,
      },
    ],
    access: [
      {
        at: T + 20,
        writer: "ordersApiAccess",
        requestId: "r-1",
        operation: "POST /orders",
        status: 201,
        latencyMs: 15,
      },
    ],
    workflow: [],
  });
});

test("what an order's Express executions have logged are its failed attempts and its bad ends", () => {
  const arn = "arn:aws:states:eu-central-1:000000000000:express:orders:order-o-1:id";
  const logged = (ms: number, type: string, details: object, execution_arn = arn): FoundLine => ({
    at: T + ms + 3,
    writer: "orderWorkflow",
    text: JSON.stringify({ type, details, execution_arn, event_timestamp: String(T + ms) }),
  });
  const refused = { error: "RefundRefused", cause: '{"errorMessage":"the provider refuses"}' };
  const lines = readLines([
    logged(40, "TaskFailed", refused),
    logged(50, "ExecutionFailed", { error: "States.Timeout" }),
    logged(60, "TaskFailed", refused, arn.replace("order-o-1", "order-o-2")),
    logged(70, "TaskFailed", refused, arn.replace(":express:", ":execution:")),
  ]);
  assert.is(lines.workflow.length, 4);
  const base = { after: [], where: "orderWorkflow" };
  assert.equal(expressEvents(lines.workflow, "o-1"), [
    {
      ...base,
      key: "express:0",
      at: T + 40,
      kind: "retry",
      what: "an attempt failed: RefundRefused: the provider refuses",
    },
    {
      ...base,
      key: "express:1",
      at: T + 50,
      kind: "run-ended",
      what: "order-o-1 FAILED: States.Timeout",
    },
  ]);
});

test("an order is found by each id that its lines name, and by no part of one", () => {
  const lines = readLines([placed]);
  for (const id of ["o-1", "c-1", "r-1", "k-1", "inv"]) {
    assert.equal(ordersNamed(lines, id), [{ orderId: "o-1", at: T + 10 }], id);
  }
  assert.equal(ordersNamed(lines, "c-"), []);
});

test("an order of the direct door that no line names yet is found by its request", () => {
  const direct = { resource: "/orders/direct", status: "202" };
  assert.equal(ordersNamed(readLines([access("o-2", direct)]), "o-2"), [
    { orderId: "o-2", at: T + 20 },
  ]);
  assert.equal(ordersNamed(readLines([access("o-2", { ...direct, status: "400" })]), "o-2"), []);
});

test("several orders of one correlation id come oldest first, each once", () => {
  const announced = { event: "order_announced", orderId: "o-1", version: 1, correlationId: "c-1" };
  const second = { event: "order_placed", orderId: "o-2", correlationId: "c-1" };
  const lines = readLines([line(30, "placeOrder", second), line(20, "x", announced), placed]);
  assert.equal(ordersNamed(lines, "c-1"), [
    { orderId: "o-1", at: T + 10 },
    { orderId: "o-2", at: T + 30 },
  ]);
});

test("requests, messages and invocations of the doors belong to an order, and of steps do not", () => {
  const started = { event: "order_workflow_started", orderId: "o-1", messageId: "m-1" };
  const lines = readLines([
    placed,
    line(30, "processOrder", { ...started, requestedAs: "o-9" }, "batch"),
    line(40, "reserveStock", { event: "stock_reserved", orderId: "o-1", version: 2 }, "step"),
    line(50, "placeOrder", { event: "order_placed", orderId: "o-2", requestId: "r-2" }, "other"),
  ]);
  assert.equal(relatedIds(lines, "o-1"), ["r-1", "inv", "o-9", "m-1"]);
});

test("a request and its invocation come before what they made", () => {
  assert.equal(logEvents(readLines([access("r-1"), access("r-2"), report, placed]), "o-1"), [
    {
      key: "request:r-1",
      after: [],
      at: T + 5,
      kind: "request",
      what: "POST /orders answered 201 in 15 ms",
      where: "ordersApiAccess",
    },
    {
      key: "invocation:inv",
      after: ["request:r-1"],
      at: T + 10,
      kind: "invocation",
      what: "ran for 8 ms, after a cold start of 101 ms",
      where: "placeOrder",
    },
    {
      after: ["invocation:inv", "request:r-1"],
      at: T + 10,
      where: "placeOrder",
      key: "v1",
      kind: "version",
      what: "v1 PENDING, payment NONE, stock NONE: placed, with the key k-1",
    },
  ]);
});

const told = (...found: FoundLine[]) =>
  logEvents(readLines(found), "o-1").map(({ kind, what }) => [kind, what]);

test("attempts that name no order are shown by their message", () => {
  const message = { orderId: "o-1", messageId: "m-1" };
  const error = "TransientError: busy\n    at process (file.ts:1:2)\n    at other";
  assert.equal(
    told(
      line(1, "processOrder", {
        event: "order_message_failed",
        messageId: "m-1",
        attempt: 1,
        error,
      }),
      line(2, "processOrder", { event: "order_message_failed", messageId: "m-2", attempt: 1 }),
      line(3, "processOrder", { event: "order_workflow_started", ...message, attempt: 2 }),
      line(4, "processOrder", {
        event: "order_message_set_aside",
        ...message,
        attempt: 3,
        reason: "unknown_order: none",
      }),
    ),
    [
      ["message-failed", "message m-1, attempt 1: TransientError: busy"],
      ["message", "message m-1, attempt 2: brought to its workflow"],
      ["set-aside", "message m-1, attempt 3: unknown_order: none"],
    ],
  );
});

test("a step that finds its work done is distinguished from the change", () => {
  const step = {
    event: "payment_captured",
    orderId: "o-1",
    status: "PROCESSING",
    paymentStatus: "CAPTURED",
    stockStatus: "HELD",
    version: 3,
  };
  assert.equal(told(line(1, "chargePayment", step), line(9, "chargePayment", step)), [
    ["version", "v3 PROCESSING, payment CAPTURED, stock HELD: payment captured"],
    ["step", "payment captured before: v3 PROCESSING, payment CAPTURED, stock HELD"],
  ]);
});

test("a replay, a refusal, a rescue and a line of an unknown kind are described", () => {
  const order = { orderId: "o-1" };
  assert.equal(
    told(
      line(1, "placeOrder", { event: "order_replayed", ...order, requestId: "r-2" }),
      line(2, "reserveStock", {
        event: "order_refused",
        ...order,
        reason: "out_of_stock",
        why: "fewer than 2 units of mug are in stock",
      }),
      line(3, "reconcile", {
        event: "order_reconciled",
        ...order,
        status: "PENDING",
        minutes: 16,
        action: "send to queue",
      }),
      line(4, "reserveStock", { event: "order_weighed", ...order }),
    ),
    [
      ["replayed", "asked for again; answered as the first time"],
      ["refused", "out_of_stock: fewer than 2 units of mug are in stock"],
      ["reconciled", "PENDING for 16 minutes: send to queue"],
      ["step", "order weighed"],
    ],
  );
});

test("an id that looks like a query is looked for as it is", () => {
  assert.is(
    queryFor(['a"b', "c\\d"]),
    'fields @timestamp, @log, @message | filter @message like "a\\"b" or @message like "c\\\\d" | sort @timestamp asc',
  );
});

test("what made no order is explained by its request, or by how far was searched", () => {
  const where = { stack: "dev", since: "3 days" };
  const refused = access("r-9", { status: "400", error: "BAD_REQUEST_BODY" });
  assert.is(
    nothingFound(readLines([refused]), "r-9", where),
    "request r-9 was POST /orders, answered 400 (BAD_REQUEST_BODY): no order came of it",
  );
  assert.match(nothingFound(readLines([]), "r-9", where), /^dev knows no .* r-9 .* last 3 days;/);
});

test("times to look back are minutes, hours or days", () => {
  assert.equal(readWindow("90m"), { ms: 5_400_000, name: "90 minutes" });
  assert.equal(readWindow("1h"), { ms: 3_600_000, name: "1 hour" });
  assert.equal(readWindow("3d"), { ms: 259_200_000, name: "3 days" });
  for (const wrong of ["", "0h", "3", "1.5h", "3w", "-1d"]) {
    assert.throws(() => readWindow(wrong), /--since .* must be a number of minutes, hours or days/);
  }
});

test("bytes are shown in a suitable unit", () => {
  assert.equal([0, 999, 1_000, 133_800, 2_500_000_000].map(byteText), [
    "0 B",
    "999 B",
    "1.0 kB",
    "133.8 kB",
    "2.5 GB",
  ]);
});

test.run();
