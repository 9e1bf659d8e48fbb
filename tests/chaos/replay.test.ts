import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { plantedProgram } from "./planted.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";
import { type Failure, replayed } from "./replay.ts";
import { runRound } from "./round.ts";
import { shrink } from "./shrink.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const test = suite("a shrunk failure");

test("is one client and few faults, and its replay breaks the same and tells the story", async () => {
  const bug = PLANTED_BUGS.find(({ name }) => name === "the end of an order is not announced");
  assert.ok(bug);
  const program = await plantedProgram(ROOT, bug);
  const options = { seed: "replay", program, clients: [0, 1, 2, 3, 4, 5] };
  const failed = await runRound(options);
  const shrunk = await shrink(options, failed);
  assert.is(shrunk.violation.invariant, "N1");
  assert.equal([shrunk.clients.length, shrunk.faults], [1, []]);
  const kept: Failure = JSON.parse(JSON.stringify({ seed: options.seed, ...shrunk }));
  const { stories, violations } = await replayed(program, kept);
  const { invariant, orderId = "" } = shrunk.violation;
  const again = violations.find((one) => one.invariant === invariant && one.orderId === orderId);
  assert.ok(again, JSON.stringify(violations));
  const [story = ""] = stories;
  assert.match(story, orderId);
  assert.match(story, /COMPLETED|FAILED/);
});

test.run();
