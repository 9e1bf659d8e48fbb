import { suite } from "uvu";
import * as assert from "uvu/assert";
import { billOf } from "../../../cli/cost/bill.ts";
import { measure } from "../../../cli/cost/measure.ts";
import { pricesOf } from "../../../cli/cost/prices.ts";
import type { Usage } from "../../../cli/cost/usage.ts";

/*
 * What one order uses, exactly. A figure that goes up is a change that costs more: say in the commit what it buys.
 * `npm run cost -- --json` prints the counts.
 */
const test = suite("cost of an order");

const GB = 2 ** 30;
const measuredWith = (workflow: "standard" | "express") =>
  measure({
    stack: "dev",
    settings: { "orders:workflow": workflow },
    body: "amount",
    door: "rest",
    mix: { completed: 0.9, declined: 0.07, refunded: 0.03 },
  });
const measured = await measuredWith("standard");
const express = await measuredWith("express");
const { completed, declined, refunded } = measured.byEnd;

/** The amounts of a unit by step, e.g. `{ "orders-api": 1 }`. */
const of = (unit: string, usage: Usage): Record<string, number> =>
  Object.fromEntries(
    usage.all.filter((one) => one.unit === unit).map(({ step, amount }) => [step, amount]),
  );

const kinds: [unit: string, what: string, expected: Record<string, number>][] = [
  ["apigateway.rest", "one request", { "orders-api": 1 }],
  [
    "lambda.request",
    "an invocation for each step, and for each change of the order's status",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 1,
      "order-workflow-process-order": 1,
      "order-workflow-reserve-stock": 1,
      "orders-events": 3,
      "orders-place-order": 1,
    },
  ],
  ["states.transition", "seven states and the start", { "order-workflow": 8 }],
  [
    "dynamodb.write",
    "a write for each change, and a mark for each announcement",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 1,
      "order-workflow-reserve-stock": 1,
      "orders-events": 3,
      "orders-place-order": 1,
      "simulated payment provider": 1,
    },
  ],
  [
    "dynamodb.indexWrite",
    "a write for a new entry, and two where the entry moves",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 2,
      "order-workflow-reserve-stock": 2,
      "orders-place-order": 1,
    },
  ],
  [
    "dynamodb.read",
    "a consistent read for each step, and for each announcement",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 1,
      "order-workflow-process-order": 1,
      "order-workflow-reserve-stock": 1,
      "orders-events": 3,
    },
  ],
  [
    "sqs.request",
    "sent, received and deleted",
    { "order-workflow-process-order": 2, "orders-placed": 1 },
  ],
  ["pipes.request", "one record", { "orders-placed": 1 }],
  ["sns.request", "PENDING, PROCESSING and COMPLETED", { "orders-events": 3 }],
];

for (const [unit, what, expected] of kinds) {
  test(`${unit}: ${what}`, () => {
    assert.ok(completed);
    assert.equal(of(unit, completed), expected);
  });
}

test("bytes of log, by step", () => {
  assert.ok(completed);
  const bytes = Object.entries(of("logs.gb", completed)).map(
    ([step, gb]) => `${step} ${Math.round(gb * GB)}`,
  );
  assert.equal(bytes, [
    "order-workflow 11881",
    "order-workflow-charge-payment 700",
    "order-workflow-confirm-order 698",
    "order-workflow-process-order 687",
    "order-workflow-reserve-stock 694",
    "orders-api 309",
    "orders-events 3239",
    "orders-place-order 665",
  ]);
});

test("nothing else is used by an order", () => {
  assert.ok(completed);
  const helpers = ["call", "logs.gb", "root"];
  const units = [...new Set(completed.all.map(({ unit }) => unit))];
  assert.equal(units.sort(), [...kinds.map(([unit]) => unit), ...helpers].sort());
});

test("an order that is declined or refunded goes the way back", () => {
  assert.equal(declined && of("states.transition", declined), { "order-workflow": 9 });
  assert.equal(refunded && of("states.transition", refunded), { "order-workflow": 11 });
  assert.equal(declined && of("dynamodb.write", declined)["order-workflow-refund-payment"], 3);
  assert.equal(refunded && of("lambda.request", refunded)["order-workflow-reject-order"], 1);
});

test("an Express workflow uses the same, but for its one start, its duration and the logs of its steps", () => {
  const used = express.byEnd["completed"];
  assert.ok(used && completed);
  const described = (usage: Usage) =>
    usage.all.map(({ unit, step, amount }) => `${unit} ${step} ${amount}`);
  const [before, after] = [described(completed), described(used)];
  assert.equal(
    after.filter((one) => !before.includes(one)),
    [
      "expressTask order-workflow-charge-payment 1",
      "expressTask order-workflow-confirm-order 1",
      "expressTask order-workflow-reserve-stock 1",
      "states.expressRequest order-workflow 1",
    ],
  );
  assert.equal(
    before.filter((one) => !after.includes(one)).map((one) => one.split(" ").slice(0, 2).join(" ")),
    ["logs.gb order-workflow", "states.transition order-workflow"],
  );
});

test("an order that is declined or refunded needs no Standard workflow beside the Express one", () => {
  for (const end of ["declined", "refunded"]) {
    const used = express.byEnd[end];
    assert.ok(used);
    assert.equal(of("states.expressRequest", used), { "order-workflow": 1 });
    assert.equal(of("states.transition", used), {});
  }
});

test("at ten million orders a month, a million costs this many dollars, the fixed part apart", () => {
  const prices = pricesOf("us-east-1");
  const perMillion = (found: typeof measured) => billOf(found, 10_000_000, prices).perOrder * 1e6;
  assert.is(Math.round(perMillion(measured)), 237);
  assert.is(Math.round(perMillion(express)), 29);
});

test("the mix is the average of the ends", () => {
  assert.is(
    Math.round(measured.perOrder.of("states.transition") * 1e6),
    Math.round((0.9 * 8 + 0.07 * 9 + 0.03 * 11) * 1e6),
  );
});

test("a month without orders: what waits, what runs by the clock, and what is there", () => {
  const { fixed } = measured;
  // Five long polls of 20 s on one queue, four reads a second by each of two pipes, a run every five minutes.
  assert.is(fixed.of("sqs.request"), (5 * 730 * 3600) / 20);
  assert.is(fixed.of("dynamodb.streamRead"), 2 * 4 * 730 * 3600);
  assert.is(fixed.of("lambda.request"), 730 * 12);
  assert.is(fixed.of("kms.key"), 1);
  assert.is(fixed.of("cloudwatch.metric"), 8);
});

test.run();
