import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MachineCoverage } from "../../../support/order-saga-coverage.ts";
import { describePlan, orderWorkflow, pathsOf } from "../../../support/order-saga-paths.ts";
import { bought, invalidRuns, refused, troubled } from "../../../support/order-saga-scenarios.ts";
import { sagaTables } from "../../../support/order-saga-tables.ts";
import {
  type Saga,
  type Scenario,
  type Walk,
  walkOrder,
} from "../../../support/order-saga-walk.ts";

const test = suite("every path of the order workflow with one fault");
const { info, warn } = console;
test.before(() => {
  console.info = console.warn = () => {};
});
test.after(() => {
  Object.assign(console, { info, warn });
});

const tables = await sagaTables();
// Two retries show all that twenty do; that there are twenty is a test of its own.
const saga: Saga = { tables, definition: orderWorkflow(2) };
const coverage = new MachineCoverage(saga.definition);
let paths = 0;

function check(scenario: Scenario, walk: Walk): void {
  paths += 1;
  coverage.add(walk.events);
  assert.equal(walk.violations, [], describePlan(scenario, walk));
}

for (const scenario of [bought, ...refused]) {
  test(`an order ends well whatever goes wrong once: ${scenario.name}`, async () => {
    const breadth = scenario === bought ? "every error" : "every fault";
    for await (const walk of pathsOf(saga, scenario, { faults: 1, breadth })) check(scenario, walk);
  });
}

for (const scenario of troubled) {
  test(`an order ends well whatever its provider does: ${scenario.name}`, async () => {
    check(scenario, await walkOrder({ ...saga, definition: orderWorkflow() }, scenario, []));
  });
}

for (const scenario of invalidRuns) {
  test(`a run that is no order's changes nothing: ${scenario.name}`, async () => {
    check(scenario, await walkOrder(saga, scenario, []));
  });
}

const always = { kind: "fails", error: "TransientError", after: 0, always: true } as const;
const visitsOf = ({ invocations }: Walk) => {
  const visits: [string, number][] = [];
  for (const { state, visit } of invocations) {
    const last = visits[visit - 1];
    if (last) last[1] += 1;
    else visits.push([state, 1]);
  }
  return visits;
};

test("a step forward is tried 10 times, and then the order turns back", async () => {
  const real = { ...saga, definition: orderWorkflow() };
  const walk = await walkOrder(real, bought, [{ at: 0, fault: always }]);
  check(bought, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 10],
    ["RefundPayment", 1],
    ["ReleaseStock", 1],
    ["RejectOrder", 1],
  ]);
});

test("a step back is tried 21 times, waits for a person, and goes on from the refund", async () => {
  const real = { ...saga, definition: orderWorkflow() };
  const [soldOut = bought] = refused;
  const walk = await walkOrder(real, soldOut, [{ at: 2, fault: always }]);
  check(soldOut, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 1],
    ["RefundPayment", 1],
    ["ReleaseStock", 21],
    ["ParkRefund", 1],
    ["RefundPayment", 1],
    ["ReleaseStock", 1],
    ["RejectOrder", 1],
  ]);
});

test("the walks have come through every state, every way, every retry and every catch", () => {
  const kinds = ["state", "way", "retry", "error", "catch"] as const;
  const counts = kinds.map((kind) => `${kind} ${coverage.count(kind)}`);
  console.log(`${paths} paths walked: ${counts.join(", ")}`);
  assert.equal(coverage.missing, []);
});

test.run();
