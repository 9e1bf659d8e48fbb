import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describePlan, orderWorkflow, pathsOf } from "../../../support/order-saga-paths.ts";
import { plantedBugs } from "../../../support/order-saga-planted.ts";
import { bought } from "../../../support/order-saga-scenarios.ts";
import { sagaTables } from "../../../support/order-saga-tables.ts";
import { walkOrder } from "../../../support/order-saga-walk.ts";

const test = suite("bugs that are planted in the order workflow");
const { info, warn } = console;
test.before(() => {
  console.info = console.warn = () => {};
});
test.after(() => {
  Object.assign(console, { info, warn });
});

const saga = { tables: await sagaTables(), ...orderWorkflow(2) };

for (const { name, tamper } of plantedBugs) {
  test(`it is found that ${name}, which does not show while nothing goes wrong`, async () => {
    const planted = { ...saga, tamper };
    assert.equal((await walkOrder(planted, bought, [])).violations, []);
    let paths = 0;
    for (const faults of [1, 2]) {
      for await (const walk of pathsOf(planted, bought, { faults, breadth: "typical" })) {
        paths += 1;
        if (walk.violations.length === 0) continue;
        console.log(`path ${paths}: ${describePlan(bought, walk)}: ${walk.violations[0]}`);
        return;
      }
    }
    assert.unreachable(`it is not found on ${paths} paths`);
  });
}

test.run();
