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
const kinds = ["standard", "express"] as const;
type Kind = (typeof kinds)[number];

// Two retries show all that twenty do; that there are twenty is a test of its own.
const sagas: Record<Kind, Saga> = {
  standard: { tables, ...orderWorkflow(2) },
  express: { tables, ...orderWorkflow(2, "express") },
};
const coverage = {
  standard: new MachineCoverage(sagas.standard.definition),
  express: new MachineCoverage(sagas.express.definition),
  recovery: new MachineCoverage(sagas.express.recovery ?? sagas.express.definition),
};
const paths = { standard: 0, express: 0 };

function check(kind: Kind, scenario: Scenario, walk: Walk): void {
  paths[kind] += 1;
  for (const events of walk.runs) coverage[kind].add(events);
  coverage.recovery.add(walk.recovery);
  assert.equal(walk.violations, [], describePlan(scenario, walk));
}

for (const kind of kinds) {
  const saga = sagas[kind];

  for (const scenario of [bought, ...refused]) {
    test(`${kind}: an order ends well whatever goes wrong once: ${scenario.name}`, async () => {
      const breadth = scenario === bought ? "every error" : "every fault";
      for await (const walk of pathsOf(saga, scenario, { faults: 1, breadth })) {
        check(kind, scenario, walk);
      }
    });
  }

  for (const scenario of troubled) {
    test(`${kind}: an order ends well whatever its provider does: ${scenario.name}`, async () => {
      const real = { tables, ...orderWorkflow(undefined, kind) };
      check(kind, scenario, await walkOrder(real, scenario, []));
    });
  }

  for (const scenario of invalidRuns) {
    test(`${kind}: a run that is no order's changes nothing: ${scenario.name}`, async () => {
      check(kind, scenario, await walkOrder(saga, scenario, []));
    });
  }
}

for (const scenario of [bought, ...refused]) {
  test(`express: an order that is started twice ends once: ${scenario.name}`, async () => {
    check("express", scenario, await walkOrder(sagas.express, scenario, [], 2));
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

test("standard: a step forward is tried 10 times, and then the order turns back", async () => {
  const real = { tables, ...orderWorkflow() };
  const walk = await walkOrder(real, bought, [{ at: 0, fault: always }]);
  check("standard", bought, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 10],
    ["RefundPayment", 1],
    ["ReleaseStock", 1],
    ["RejectOrder", 1],
  ]);
});

test("standard: a step back is tried 21 times, waits for a person, and goes on from the refund", async () => {
  const real = { tables, ...orderWorkflow() };
  const [soldOut = bought] = refused;
  const walk = await walkOrder(real, soldOut, [{ at: 2, fault: always }]);
  check("standard", soldOut, walk);
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

test("express: a step forward is tried 3 times, and then the Standard workflow goes on with it", async () => {
  const real = { tables, ...orderWorkflow(undefined, "express") };
  const walk = await walkOrder(real, bought, [{ at: 1, fault: always }]);
  check("express", bought, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 1],
    ["ChargePayment", 3],
    ["HandOver", 1],
    ["ReserveStock", 1],
    ["ChargePayment", 1],
    ["ConfirmOrder", 1],
  ]);
});

test("express: a step back is tried 3 times, and then the Standard workflow goes on from the refund", async () => {
  const real = { tables, ...orderWorkflow(undefined, "express") };
  const [soldOut = bought] = refused;
  const walk = await walkOrder(real, soldOut, [{ at: 2, fault: always }]);
  check("express", soldOut, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 1],
    ["RefundPayment", 1],
    ["ReleaseStock", 3],
    ["HandOver", 1],
    ["RefundPayment", 1],
    ["ReleaseStock", 1],
    ["RejectOrder", 1],
  ]);
});

test("express: an order that cannot be handed over is started again when it is late", async () => {
  const real = { tables, ...orderWorkflow(undefined, "express") };
  const walk = await walkOrder(real, bought, [
    { at: 0, fault: always },
    { at: 3, fault: { kind: "send fails", always: true } },
  ]);
  check("express", bought, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 3],
    ["HandOver", 3],
    ["ReserveStock", 1],
    ["ChargePayment", 1],
    ["ConfirmOrder", 1],
  ]);
});

test("express: what was handed over and has ended is not handed over again", async () => {
  const real = { tables, ...orderWorkflow(undefined, "express") };
  const walk = await walkOrder(real, bought, [
    { at: 0, fault: always },
    { at: 3, fault: { kind: "send is lost" } },
  ]);
  check("express", bought, walk);
  assert.equal(
    walk.invocations.slice(3).map(({ state }) => state),
    ["HandOver", "ReserveStock", "ChargePayment", "ConfirmOrder", "HandOver"],
  );
});

test("express: a refund that is refused for good waits for a person at once", async () => {
  const refusedForGood = refused.find(({ name }) => name === "tok_refund_refused") ?? bought;
  const walk = await walkOrder(sagas.express, refusedForGood, []);
  check("express", refusedForGood, walk);
  assert.equal(visitsOf(walk).slice(3), [
    ["RefundPayment", 1],
    ["HandOver", 1],
    ["ParkRefund", 1],
    ["RefundPayment", 1],
    ["ReleaseStock", 1],
    ["RejectOrder", 1],
  ]);
});

test("express: an order that another execution has completed is not turned back", async () => {
  const fault = { kind: "fails", error: "WrongState", after: "answer" } as const;
  const walk = await walkOrder(sagas.express, bought, [{ at: 2, fault }]);
  check("express", bought, walk);
  assert.equal(visitsOf(walk), [
    ["ReserveStock", 1],
    ["ChargePayment", 1],
    ["ConfirmOrder", 1],
    ["RefundPayment", 1],
  ]);
});

for (const name of ["standard", "express", "recovery"] as const) {
  test(`the walks have come through every state, way, retry and catch of the ${name} machine`, () => {
    const parts = ["state", "way", "retry", "error", "catch"] as const;
    const counts = parts.map((part) => `${part} ${coverage[name].count(part)}`);
    console.log(`${JSON.stringify(paths)} paths walked, ${name}: ${counts.join(", ")}`);
    // All but its first state is the Standard machine again, whose every part is walked.
    const own = name === "recovery" ? / IsTurnedBack/ : /./;
    assert.equal(
      coverage[name].missing.filter((part) => own.test(part)),
      [],
    );
  });
}

test.run();
