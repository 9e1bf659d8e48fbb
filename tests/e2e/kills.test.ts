import { suite } from "uvu";
import * as assert from "uvu/assert";
import { violationText } from "../chaos/oracle/invariants.ts";
import { killAgainAndAgain } from "../kills/run.ts";

const test = suite("a stack with --data that is killed");

// `npm run kills` kills it 50 times.
const MOMENTS = Number(process.env["KILLS"] ?? 2);

test("every order that was answered ends, with money, stock, letters and announcements as without a kill", async () => {
  const { violations, orders } = await killAgainAndAgain({ seed: "test", moments: MOMENTS });
  assert.equal(violations.map(violationText), []);
  assert.ok(orders > 0, "no order was taken");
});

test.run();
