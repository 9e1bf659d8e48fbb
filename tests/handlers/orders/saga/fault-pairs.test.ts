import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describePlan, orderWorkflow, pathsOf } from "../../../support/order-saga-paths.ts";
import { bought, refused } from "../../../support/order-saga-scenarios.ts";
import { sagaTables } from "../../../support/order-saga-tables.ts";

const test = suite("every path of the order workflow with two faults");
const { info, warn } = console;
test.before(() => {
  console.info = console.warn = () => {};
});
test.after(() => {
  Object.assign(console, { info, warn });
});

const tables = await sagaTables();
// The others take minutes: ORDER_SAGA_PAIRS=all walks them too.
const scenarios = process.env["ORDER_SAGA_PAIRS"] === "all" ? [bought, ...refused] : [bought];

for (const kind of ["standard", "express"] as const) {
  const saga = { tables, ...orderWorkflow(2, kind) };
  for (const scenario of scenarios) {
    test(`${kind}: an order ends well whatever goes wrong twice: ${scenario.name}`, async () => {
      let paths = 0;
      for await (const walk of pathsOf(saga, scenario, { faults: 2, breadth: "typical" })) {
        paths += 1;
        assert.equal(walk.violations, [], describePlan(scenario, walk));
      }
      console.log(`${paths} paths walked: ${kind}, ${scenario.name}`);
      assert.ok(paths > 500, "hardly any path was walked");
    });
  }
}

test.run();
