import { join } from "node:path";
import type { RecordedProgram } from "local-aws/testing/simulation";
import { recordProgram } from "local-aws/testing/simulation";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FAULT_KINDS } from "./fault-plan.ts";
import { INVARIANTS } from "./oracle.ts";
import { runRound } from "./round.ts";
import { SETTINGS } from "./world.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const test = suite("the chaos search");
const clients = Array.from({ length: 25 }, (_, n) => n);
let program: RecordedProgram;

test.before(async () => {
  program = await recordProgram(ROOT, SETTINGS);
});

test("without faults, every order ends and every invariant holds", async () => {
  const { violations, faults, judged } = await runRound({
    seed: "calm",
    program,
    clients,
    only: new Set(),
  });
  assert.equal(violations, []);
  assert.equal(faults, []);
  assert.equal(
    INVARIANTS.filter((name) => !judged.has(name)),
    [],
  );
});

test("a seed gives the same faults and the same end twice, and another seed others", async () => {
  const first = await runRound({ seed: "a", program, clients });
  const second = await runRound({ seed: "a", program, clients });
  assert.ok(first.faults.length > 20);
  assert.equal(first.faults, second.faults);
  assert.is(first.digest, second.digest);
  const other = await runRound({ seed: "b", program, clients });
  assert.is.not(other.digest, first.digest);
  const cells = [...first.cells, ...other.cells];
  assert.equal(
    FAULT_KINDS.filter((kind) => !cells.some((cell) => cell.startsWith(`${kind} | `))),
    [],
  );
});

test.run();
