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
  // What is delivered once more is announced then.
  assert.is(shrunk.violation.invariant, "B5");
  assert.equal([shrunk.clients.length, shrunk.faults], [1, []]);
  const kept: Failure = JSON.parse(JSON.stringify({ seed: options.seed, ...shrunk }));
  const { stories, violations } = await replayed(program, kept);
  assert.equal(violations, [shrunk.violation]);
  assert.is(stories.length, 1);
  const [story = ""] = stories;
  assert.match(story, /^order [0-9a-f-]{36}, from /);
  assert.match(story, /version +processOrder +v1 PENDING/);
  // Five hours late, when the whole stream is delivered again.
  assert.match(story, /\+188\d{5} ms +announced +orderEvents +Order(Completed|Failed)/);
  assert.match(story, /^(COMPLETED|FAILED); money /m);
});

test.run();
