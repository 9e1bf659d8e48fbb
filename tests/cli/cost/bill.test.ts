import { suite } from "uvu";
import * as assert from "uvu/assert";
import { billOf } from "../../../cli/cost/bill.ts";
import { pricesOf } from "../../../cli/cost/prices.ts";
import { Usage } from "../../../cli/cost/usage.ts";

const test = suite("bill");

const prices = pricesOf("us-east-1");
const close = (found: number | undefined, expected: number) => {
  assert.ok(found !== undefined && Math.abs(found - expected) < 1e-9, `${found}, not ${expected}`);
};

/** A bill for orders that use one amount each. */
function bill(unit: string, amount: number, orders: number, fixed = 0, passThrough: string[] = []) {
  const perOrder = new Usage();
  perOrder.add("step", unit, amount);
  const rest = new Usage();
  rest.add("rest", unit, fixed);
  const memory = new Map([["step", 256]]);
  return billOf(
    { perOrder, fixed: rest, memory, passThrough: new Set(passThrough), tracedShares: new Map() },
    orders,
    prices,
  );
}

test("an amount is multiplied by its price, and the free tier is shown separately", () => {
  const { month, fixedMonth, afterFree, perOrder } = bill("sqs.request", 3, 1_000_000, 657_000);
  close(month, 3.657 * 0.4);
  close(fixedMonth, 0.657 * 0.4);
  close(afterFree, 2.657 * 0.4);
  close(perOrder, 3 * 0.0000004);
});

test("less than what is free costs nothing", () => {
  const { month, afterFree } = bill("states.transition", 8, 500);
  close(month, 4_000 * 0.000025);
  close(afterFree, 0);
});

test("an invocation is billed for its duration, which follows from its CPU time, memory and calls", () => {
  const perOrder = new Usage();
  perOrder.add("step", "lambda.request", 2);
  perOrder.add("step", "call", 6);
  const memory = new Map([["step", 256]]);
  const measured = {
    perOrder,
    fixed: new Usage(),
    memory,
    passThrough: new Set<string>(),
    tracedShares: new Map<string, number>(),
  };
  const { lines } = billOf(measured, 1, prices, { callMs: 5, cpuMs: { step: 2 } });
  const found = lines.find(({ unit }) => unit === "lambda.gbSecond")?.perOrder;
  // 2 ms of a core are 13.8 of a function with 256 of 1769 MB; three calls are 15 ms.
  close(found, (2 * Math.ceil(2 * (1769 / 256) + 15) * 0.25) / 1000);
});

test("X-Ray records the first request of a second, and 5 % of the others", () => {
  const seconds = 730 * 3600;
  const traces = (orders: number, passThrough: string[] = []) =>
    bill("root", 1, orders, 0, passThrough).lines.find(({ unit }) => unit === "xray.trace")
      ?.perOrder;
  close(traces(1_000), 1);
  close(traces(seconds), 1);
  close(traces(10 * seconds), (1 + 0.05 * 9) / 10);
  assert.is(traces(10 * seconds, ["step"]), undefined);
});

test("an Express execution is billed in steps of 100 ms and 64 MB", () => {
  const perOrder = new Usage();
  perOrder.add("machine", "states.expressRequest", 1);
  perOrder.add("step", "lambda.request", 1);
  perOrder.add("step", "expressTask", 1);
  const memory = new Map([["step", 1769]]);
  const measured = {
    perOrder,
    fixed: new Usage(),
    memory,
    passThrough: new Set<string>(),
    tracedShares: new Map<string, number>(),
  };
  const gbSeconds = (cpu: number) =>
    billOf(measured, 1, prices, { callMs: 5, cpuMs: { step: cpu } }).lines.find(
      ({ unit }) => unit === "states.expressGbSecond",
    )?.perOrder;
  // Its states take 35 ms beside the task.
  close(gbSeconds(65), 0.1 / 16);
  close(gbSeconds(66), 0.2 / 16);
});

test("the largest line comes first", () => {
  const perOrder = new Usage();
  perOrder.add("a", "sns.request", 1);
  perOrder.add("b", "states.transition", 1);
  perOrder.add("c", "dynamodb.read", 1);
  const measured = {
    perOrder,
    fixed: new Usage(),
    memory: new Map<string, number>(),
    passThrough: new Set<string>(),
    tracedShares: new Map<string, number>(),
  };
  const { lines, steps } = billOf(measured, 1_000, prices);
  assert.equal(
    lines.map(({ unit }) => unit),
    ["states.transition", "sns.request", "dynamodb.read"],
  );
  assert.equal(
    steps.map(({ step }) => step),
    ["b", "a", "c"],
  );
});

test("every price has a source, and none is missing or negative", () => {
  for (const region of ["us-east-1", "eu-west-1"]) {
    for (const [unit, { perUnit, free, service, what }] of pricesOf(region)) {
      assert.ok(perUnit > 0 && perUnit < 10, `${unit} costs ${perUnit} in ${region}`);
      assert.ok(free >= 0 && service && what, unit);
    }
  }
});

test("a region without prices is named", () => {
  assert.throws(
    () => pricesOf("mars-north-1"),
    "there are no prices of mars-north-1 in cli/cost/prices.json; there are those of us-east-1, eu-west-1",
  );
});

test.run();
