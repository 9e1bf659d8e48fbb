import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { billOf } from "../../../cli/cost/bill.ts";
import { costPage, measureAll } from "../../../cli/cost/page.ts";
import { knownRegions, pricesOf } from "../../../cli/cost/prices.ts";
import type { Usage } from "../../../cli/cost/usage.ts";

/*
 * What one order uses, exactly. A figure that goes up is a change that costs more: say in the commit what it buys.
 * `npm run cost -- --json` prints the counts.
 */
const test = suite("cost of an order");

const GB = 2 ** 30;
const measured = await measureAll();
const { prod: express, "prod, standard": standard } = measured;
const { completed, declined, refunded } = express.byEnd;

/** The amounts of a unit by step, e.g. `{ "orders-api": 1 }`. */
const of = (unit: string, usage: Usage): Record<string, number> =>
  Object.fromEntries(
    usage.all.filter((one) => one.unit === unit).map(({ step, amount }) => [step, amount]),
  );

const kinds: [unit: string, what: string, expected: Record<string, number>][] = [
  ["apigateway.rest", "one request", { "orders-api": 1 }],
  [
    "lambda.request",
    "an invocation for each step, and one for all changes of the order's status",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 1,
      "order-workflow-process-order": 1,
      "order-workflow-reserve-stock": 1,
      "orders-events": 1,
      "orders-place-order": 1,
    },
  ],
  ["states.expressRequest", "one start", { "order-workflow": 1 }],
  [
    "dynamodb.write",
    "a write for each change, and one mark for all announcements",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 1,
      "order-workflow-reserve-stock": 1,
      "orders-events": 1,
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
    "a consistent read for each step, and one for all announcements",
    {
      "order-workflow-charge-payment": 1,
      "order-workflow-confirm-order": 1,
      "order-workflow-process-order": 1,
      "order-workflow-reserve-stock": 1,
      "orders-events": 1,
    },
  ],
  [
    "sqs.request",
    "sent, received and deleted",
    { "order-workflow-process-order": 2, "orders-placed": 1 },
  ],
  ["pipes.request", "one record", { "orders-placed": 1 }],
  ["sns.request", "PENDING, PROCESSING and COMPLETED together", { "orders-events": 1 }],
];

for (const [unit, what, expected] of kinds) {
  test(`${unit}: ${what}`, () => {
    assert.equal(of(unit, completed), expected);
  });
}

test("bytes of log, by step", () => {
  const bytes = Object.entries(of("logs.gb", completed)).map(
    ([step, gb]) => `${step} ${Math.round(gb * GB)}`,
  );
  assert.equal(bytes, [
    "order-workflow-charge-payment 331",
    "order-workflow-confirm-order 329",
    "order-workflow-process-order 318",
    "order-workflow-reserve-stock 325",
    "orders-api 309",
    "orders-events 1808",
    "orders-place-order 296",
  ]);
});

test("nothing else is used by an order", () => {
  const helpers = ["call", "expressTask", "logs.gb", "root"];
  const units = [...new Set(completed.all.map(({ unit }) => unit))];
  assert.equal(units.sort(), [...kinds.map(([unit]) => unit), ...helpers].sort());
});

test("a Standard workflow uses the same, but for its transitions and the log of its states", () => {
  const described = (usage: Usage) =>
    usage.all.map(({ unit, step, amount }) => `${unit} ${step} ${amount}`);
  const [before, after] = [described(completed), described(standard.byEnd.completed)];
  assert.equal(
    before.filter((one) => !after.includes(one)),
    [
      "expressTask order-workflow-charge-payment 1",
      "expressTask order-workflow-confirm-order 1",
      "expressTask order-workflow-reserve-stock 1",
      "states.expressRequest order-workflow 1",
    ],
  );
  assert.equal(
    after.filter((one) => !before.includes(one)).map((one) => one.split(" ").slice(0, 2).join(" ")),
    ["logs.gb order-workflow", "states.transition order-workflow"],
  );
});

test("an order that is declined or refunded goes the way back", () => {
  const transitions = (end: "completed" | "declined" | "refunded") =>
    of("states.transition", standard.byEnd[end]);
  // Seven states and the start.
  assert.equal(transitions("completed"), { "order-workflow": 8 });
  assert.equal(transitions("declined"), { "order-workflow": 9 });
  assert.equal(transitions("refunded"), { "order-workflow": 11 });
  assert.equal(of("dynamodb.write", declined)["order-workflow-refund-payment"], 3);
  assert.equal(of("lambda.request", refunded)["order-workflow-reject-order"], 1);
});

test("an order that is declined or refunded needs no Standard workflow beside the Express one", () => {
  for (const used of [declined, refunded]) {
    assert.equal(of("states.expressRequest", used), { "order-workflow": 1 });
    assert.equal(of("states.transition", used), {});
  }
});

test("at ten million orders a month, a million costs this many dollars, the fixed part apart", () => {
  const prices = pricesOf("us-east-1");
  const perMillion = Object.entries(measured).map(
    ([name, found]) => `${name} ${(billOf(found, 10_000_000, prices).perOrder * 1e6).toFixed(2)}`,
  );
  assert.equal(perMillion, [
    "prod 19.24",
    "prod, standard 228.96",
    "dev 24.55",
    "prod, HTTP door 16.06",
    "prod, direct door 18.45",
    "prod, lines 33.11",
  ]);
});

test("docs/cost.md says what is measured; npm run cost -- --write writes it anew", () => {
  const page = readFileSync(new URL("../../../docs/cost.md", import.meta.url), "utf8");
  assert.is(page, costPage(measured));
});

test("every price has the page that it is of, and says of each region who confirms it, or nobody", () => {
  for (const region of knownRegions()) {
    for (const [unit, { perUnit, source, confirmedBy }] of pricesOf(region)) {
      assert.ok(perUnit > 0, `${unit} in ${region}`);
      assert.match(source, /^https:\/\/(docs\.)?aws\.amazon\.com\//, unit);
      assert.ok(confirmedBy === undefined || confirmedBy.length > 10, unit);
    }
  }
});

test("the mix is the average of the ends", () => {
  assert.is(
    Math.round(standard.perOrder.of("states.transition") * 1e6),
    Math.round((0.9 * 8 + 0.07 * 9 + 0.03 * 11) * 1e6),
  );
});

test("a month without orders: what waits, what runs by the clock, and what is there", () => {
  const { fixed } = express;
  // Five long polls of 20 s on one queue, four reads a second by each of two pipes, a run every five minutes.
  assert.is(fixed.of("sqs.request"), (5 * 730 * 3600) / 20);
  assert.is(fixed.of("dynamodb.streamRead"), 2 * 4 * 730 * 3600);
  assert.is(fixed.of("lambda.request"), 730 * 12);
  assert.is(fixed.of("kms.key"), 1);
  assert.is(fixed.of("cloudwatch.metric"), 8);
});

test.run();
