import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { JourneyEvent } from "../../../cli/journey/journey-event.ts";
import type { FoundLine } from "../../../cli/journey/log-line.ts";
import { readLines } from "../../../cli/journey/log-line.ts";
import { isOver, missing } from "../../../cli/journey/missing.ts";
import { journeyJson, journeyText } from "../../../cli/journey/print.ts";
import { summary } from "../../../cli/journey/summary.ts";
import { inCausalOrder, type OrderRecords, timeline } from "../../../cli/journey/timeline.ts";
import type { Order } from "../../../handlers/orders/rules/order.ts";

const test = suite("journey: timeline");

const T = Date.parse("2026-11-21T09:30:00.000Z");
const iso = (ms: number) => new Date(T + ms).toISOString();

const event = (key: string, at: number, after: string[] = []): JourneyEvent => ({
  key,
  after,
  at,
  kind: "step",
  what: key,
  where: "test",
});
const order = (events: JourneyEvent[]) => inCausalOrder(events).map(({ key, at }) => [key, at]);

test("events come by time, and at one time the cause comes first", () => {
  assert.equal(order([event("c", 5, ["b"]), event("b", 5, ["a"]), event("x", 4), event("a", 5)]), [
    ["x", 4],
    ["a", 5],
    ["b", 5],
    ["c", 5],
  ]);
});

test("an event that is logged after its effects is placed before them, and so are its causes", () => {
  assert.equal(order([event("a", 9), event("b", 8, ["a"]), event("c", 3, ["b"]), event("d", 5)]), [
    ["a", 3],
    ["b", 3],
    ["c", 3],
    ["d", 5],
  ]);
});

test("causes that no event tells of, and causes in a circle, change nothing", () => {
  assert.equal(order([event("a", 2, ["gone", "a"]), event("b", 1, ["c"]), event("c", 3, ["b"])]), [
    ["b", 1],
    ["a", 2],
    ["c", 3],
  ]);
});

function handler(ms: number, writer: string, message: object): FoundLine {
  const text = JSON.stringify({ timestamp: iso(ms), requestId: `inv-${writer}`, message });
  return { at: T + ms, writer, text };
}

const step = (name: string, version: number, [status, paymentStatus, stockStatus]: string[]) => ({
  event: name,
  orderId: "o",
  correlationId: "c",
  status,
  paymentStatus,
  stockStatus,
  version,
});
const said = (name: string, more: object) => ({ event: name, orderId: "o", ...more });
const letter = { channel: "email", to: "ada@example.com", subject: "News" };
const lines: FoundLine[] = [
  {
    at: T + 20,
    writer: "ordersApiAccess",
    text: JSON.stringify({
      requestId: "r",
      method: "POST",
      resource: "/orders",
      status: "201",
      latencyMs: "20",
      error: "-",
    }),
  },
  handler(15, "placeOrder", said("order_placed", { correlationId: "c", requestId: "r" })),
  handler(12, "orderEvents", said("order_announced", { eventType: "OrderCreated", version: 1 })),
  handler(14, "notifyCustomer", said("letter_simulated", { version: 1, ...letter })),
  handler(33, "processOrder", said("order_workflow_started", { messageId: "m", attempt: 1 })),
  handler(45, "reserveStock", step("stock_reserved", 2, ["PROCESSING", "NONE", "HELD"])),
  handler(65, "chargePayment", step("payment_captured", 3, ["PROCESSING", "CAPTURED", "HELD"])),
  handler(85, "confirmOrder", step("order_completed", 4, ["COMPLETED", "CAPTURED", "SOLD"])),
  handler(90, "orderEvents", said("order_announced", { eventType: "OrderCompleted", version: 4 })),
  handler(95, "notifyCustomer", said("letter_simulated", { version: 4, ...letter })),
];

const states = ["ReserveStock", "ChargePayment", "ConfirmOrder"];
const history = [
  { type: "ExecutionStarted", ms: 30 },
  ...states.map((name, index) => ({
    type: "TaskStateEntered",
    ms: 40 + 20 * index,
    stateEnteredEventDetails: { name },
  })),
  // Earlier than its last step was done, by the clock of that step's function.
  { type: "ExecutionSucceeded", ms: 84 },
].map(({ ms, ...rest }, index) => ({ id: index + 1, timestamp: new Date(T + ms), ...rest }));

const completed: Order = {
  orderId: "o",
  createdAt: iso(8),
  updatedAt: iso(84),
  status: "COMPLETED",
  version: 4,
  paymentStatus: "CAPTURED",
  stockStatus: "SOLD",
  door: "rest",
  correlationId: "c",
  currency: "EUR",
  totalMinor: 1250,
  customerEmail: "ada@example.com",
};

function records(more: Partial<OrderRecords> = {}): OrderRecords {
  const charge = { id: "charge-o", state: "CAPTURED", at: iso(62), amountMinor: 1250 } as const;
  return {
    orderId: "o",
    items: {
      order: completed,
      announced: [1, 4],
      letters: [
        { ...letter, version: 1, claimedAt: iso(12), sentAt: iso(13) },
        { ...letter, version: 4, claimedAt: iso(93), sentAt: iso(94) },
      ],
      charge,
    },
    lines: readLines(lines),
    runs: [{ name: "order-o", history: history as OrderRecords["runs"][number]["history"] }],
    express: false,
    unsearched: false,
    ...more,
  };
}
const gaps = (given: OrderRecords) => missing(given, timeline(given));
const without = (part: string) => readLines(lines.filter(({ text }) => !text.includes(part)));

test("logs, tables and runs make one sequence from the request to the last letter", () => {
  const all = records();
  const events = timeline(all);
  assert.equal(
    events.map(({ at, kind, what }) => [at - T, kind, what]),
    [
      [0, "request", "POST /orders answered 201 in 20 ms"],
      [12, "version", "v1 PENDING, payment NONE, stock NONE: placed"],
      [12, "announced", "OrderCreated of v1"],
      [14, "letter", "email to ada@example.com about v1: News"],
      [30, "message", "message m, attempt 1: brought to its workflow"],
      [30, "run", "order-o started"],
      [40, "state", "ReserveStock: failed"],
      [45, "version", "v2 PROCESSING, payment NONE, stock HELD: stock reserved"],
      [60, "state", "ChargePayment: failed"],
      [62, "payment", "payment provider: CAPTURED 12.5 EUR"],
      [65, "version", "v3 PROCESSING, payment CAPTURED, stock HELD: payment captured"],
      [80, "state", "ConfirmOrder: not over"],
      [84, "version", "v4 COMPLETED, payment CAPTURED, stock SOLD: order completed"],
      [84, "run-ended", "order-o SUCCEEDED after 54 ms"],
      [90, "announced", "OrderCompleted of v4"],
      [95, "letter", "email to ada@example.com about v4: News"],
    ],
  );
  assert.equal([missing(all, events), isOver(all, events)], [[], true]);
  assert.is(
    summary(all, events),
    "COMPLETED; money 12.5 EUR CAPTURED; stock SOLD; 95 ms; 1 message attempt, 1 run, no failed step",
  );
});

test("each thing that ought to be told and is not is named", () => {
  const { items } = records();
  const cases: [Partial<OrderRecords>, string[]][] = [
    [{ lines: without("latencyMs") }, ["the rest door's access log has no line for the request"]],
    [{ lines: without("stock_reserved") }, ["no log line for v2"]],
    [
      { lines: without("order_workflow_started") },
      ["no log line for a message that started its workflow"],
    ],
    [{ runs: [] }, ["its workflow has not run"]],
    [{ runs: [], express: true }, []],
    [
      {
        items: { ...items, announced: [1], letters: items.letters.slice(0, 1) },
        lines: readLines(lines.slice(0, -2)),
      },
      [
        "OrderCompleted (v4) was not announced",
        "no email to the customer about OrderCompleted (v4)",
      ],
    ],
    [
      { lines: readLines(lines.slice(0, -1)) },
      ["the email of v4 is recorded, but no log line says that it was sent"],
    ],
    [
      { items: { ...items, refund: { id: "refund-o", state: "REFUNDED", at: iso(70) } } },
      ["the order is COMPLETED with its payment CAPTURED, and the payment provider has REFUNDED"],
    ],
    [
      { items: { ...items, order: { ...completed, status: "PROCESSING" } } },
      ["order-o has ended, and the order is PROCESSING"],
    ],
    [
      { unsearched: true },
      ["the order is older than the logs that were searched; --since 3d looks further back"],
    ],
  ];
  for (const [more, expected] of cases) assert.equal(gaps(records(more)), expected);
});

test("a declined charge belongs to an order whose payment is void", () => {
  const failed: Order = {
    ...completed,
    status: "FAILED",
    paymentStatus: "VOIDED",
    stockStatus: "RELEASED",
    failureReason: "payment_declined",
  };
  const { items } = records();
  const charge = { id: "charge-o", state: "DECLINED", at: iso(62) } as const;
  assert.equal(gaps(records({ items: { ...items, order: failed, charge } })), []);
  assert.equal(
    gaps(records({ items: { ...items, order: { ...failed, paymentStatus: "CAPTURED" } } })),
    ["the order is FAILED with its payment CAPTURED, and the payment provider has CAPTURED"],
  );
});

test("an order that was never stored is in the dead-letter queue, or still in the queue", () => {
  const items = { announced: [], letters: [] };
  const access = readLines([
    { ...(lines[0] as FoundLine), text: (lines[0] as FoundLine).text.replace('"r"', '"o"') },
  ]);
  const waiting = records({ items, runs: [], lines: access });
  const events = timeline(waiting);
  assert.equal(missing(waiting, events), [
    "order o is not stored: its message is on the way, or in ordersDlq",
  ]);
  assert.is(isOver(waiting, events), false);
  assert.is(
    summary(waiting, events),
    "not stored yet; 0 ms; 0 message attempts, 0 runs, no failed step",
  );
  const reason = said("order_message_set_aside", { messageId: "m", attempt: 1, reason: "invalid" });
  const aside = records({
    items,
    runs: [],
    lines: readLines([handler(5, "processOrder", reason)]),
  });
  const ended = timeline(aside);
  assert.equal([missing(aside, ended), isOver(aside, ended)], [[], true]);
  assert.is(
    summary(aside, ended),
    "in the dead-letter queue, never stored; 0 ms; 1 message attempt, 0 runs, no failed step",
  );
});

test("a journey is printed in columns, and nothing in it steers the terminal", () => {
  const journey = {
    orderId: "o",
    events: [
      { ...event("a", T), kind: "request" as const, what: "POST \u001b[31m" },
      { ...event("b", T + 1500), kind: "run-ended" as const, where: "orderWorkflow" },
    ],
    summary: "COMPLETED",
    missing: [],
    over: true,
  };
  assert.is(
    journeyText(journey),
    [
      "order o, from 2026-11-21T09:30:00.000Z",
      "",
      "   +0 ms  request    test           POST \\u001b[31m",
      "+1500 ms  run-ended  orderWorkflow  b",
      "",
      "COMPLETED",
      "nothing missing",
      "",
    ].join("\n"),
  );
  assert.ok(journeyText({ ...journey, over: false }).endsWith("\nnothing missing so far\n"));
  assert.ok(journeyText({ ...journey, missing: ["v2"] }).endsWith("\nMISSING: v2\n"));
  assert.equal(journeyJson({ ...journey, events: journey.events.slice(1) }), {
    orderId: "o",
    summary: "COMPLETED",
    over: true,
    missing: [],
    events: [
      {
        time: "2026-11-21T09:30:01.500Z",
        offsetMs: 0,
        kind: "run-ended",
        where: "orderWorkflow",
        what: "b",
      },
    ],
  });
});

test.run();
