import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import type { RecordedProgram } from "local-aws/testing/simulation";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FAULT_KINDS } from "./fault-plan.ts";
import { INVARIANTS } from "./oracle/invariants.ts";
import { chaosProgram } from "./program.ts";
import { runRound } from "./round.ts";
import { SETTINGS } from "./world.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const test = suite("the chaos search");
const clients = Array.from({ length: 25 }, (_, n) => n);
let program: RecordedProgram;

test.before(async () => {
  const settings = { ...SETTINGS, "orders:workflow": "standard" };
  program = await chaosProgram(ROOT, { settings });
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

test("a round asks neither the machine's time, nor its load, nor its chance", async () => {
  const asked = new Set<string>();
  const restore = watchMachine((what, caller) => asked.add(`${what} in ${caller}`));
  try {
    await runRound({ seed: "a", program, clients: clients.slice(0, 5) });
  } finally {
    restore();
  }
  assert.equal([...asked], []);
});

test("orders whose workflows are Express ones end as well, whatever goes wrong", async () => {
  const express = await chaosProgram(ROOT, {
    settings: { ...SETTINGS, "orders:workflow": "express" },
  });
  const { violations, faults } = await runRound({ seed: "e1", program: express, clients });
  assert.equal(violations, []);
  assert.ok(faults.length > 20);
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

/** Calls back with every question of our own code to the machine that may be answered differently the next time. */
function watchMachine(onAsked: (what: string, caller: string) => void): () => void {
  const places: [object: object, name: string][] = [
    [Date, "now"],
    [Math, "random"],
    [performance, "now"],
    [os, "cpus"],
    [os, "loadavg"],
    [os, "freemem"],
    [crypto, "randomUUID"],
    [crypto, "randomBytes"],
    [globalThis, "setTimeout"],
    [globalThis, "setInterval"],
  ];
  const restores = places.map(([object, name]) => {
    const known = Reflect.get(object, name) as (...given: unknown[]) => unknown;
    const watched = function (this: unknown, ...given: unknown[]) {
      const [, , caller = ""] = (new Error().stack ?? "").split("\n");
      const ours = /\/(?:packages|tests|handlers|cli)\/.*?(?=:\d+:\d+)/.exec(caller);
      if (ours) onAsked(name, ours[0]);
      return Reflect.apply(known, this, given);
    };
    Reflect.set(object, name, watched);
    return () => Reflect.set(object, name, known);
  });
  syncBuiltinESMExports();
  return () => {
    for (const restore of restores) restore();
    syncBuiltinESMExports();
  };
}

test.run();
