import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { readArguments } from "command-text";
import { FAULT_KINDS } from "./fault-plan.ts";
import { INVARIANTS, violationText } from "./oracle/invariants.ts";
import { runPlanted } from "./planted.ts";
import { chaosProgram } from "./program.ts";
import { type Failure, replayed } from "./replay.ts";
import { Coverage, type Search } from "./search.ts";
import { shrink } from "./shrink.ts";
import { runSeeds } from "./workers.ts";
import { SETTINGS } from "./world.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const HELP = `Searches for orders that get lost, stuck, charged twice or told twice: the real functions, workflows, queues, streams and
topics run in one process and in virtual time, and a seed decides what fails.

  npm run chaos -- [options]

  --orders N     orders per seed   (2000)
  --seed N       the first seed   (1)
  --seeds N      how many seeds   (1)
  --workflow W   how orders' workflows run: express or standard   (express)
  --workers N    processes that search at the same time, a seed each   (the cores of this machine)
  --sdk          functions call AWS through the SDK, as deployed: the same faults, a third of the speed
  --twice        run each seed a second time, and compare the digests
  --coverage     list which faults never happened
  --planted      plant bugs, one at a time; each must be found within --orders orders
  --bug TEXT     of those, only the bugs whose name contains this text
  --replay FILE  run again what a failure was shrunk to, and tell the order's story
  --help         this text

A failure ends with exit code 1 and leaves a file for --replay in node_modules/.cache/chaos.
`;
const OPTIONS = {
  orders: { type: "string", default: "2000" },
  seed: { type: "string", default: "1" },
  seeds: { type: "string", default: "1" },
  workers: { type: "string", default: String(availableParallelism()) },
  workflow: { type: "string", default: "express" },
  sdk: { type: "boolean", default: false },
  twice: { type: "boolean", default: false },
  coverage: { type: "boolean", default: false },
  planted: { type: "boolean", default: false },
  bug: { type: "string", default: "" },
  replay: { type: "string" },
} as const;

const { values } = readArguments({ help: HELP, options: OPTIONS });
const number = (name: "orders" | "seed" | "seeds" | "workers") => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} ${values[name]}: a whole number from 1 on is needed`);
  process.exit(2);
};
if (values.workflow !== "standard" && values.workflow !== "express") {
  console.error(`--workflow ${values.workflow}: it must be standard or express`);
  process.exit(2);
}
const program = {
  settings: { ...SETTINGS, "orders:workflow": values.workflow },
  sdk: values.sdk,
};
const [orders, firstSeed, seeds] = [number("orders"), number("seed"), number("seeds")];

if (values.planted) process.exitCode = (await runPlanted(ROOT, orders, values.bug)) ? 0 : 1;
else if (values.replay) await replay(values.replay);
else process.exitCode = (await searchAll()) ? 0 : 1;

async function searchAll(): Promise<boolean> {
  const coverage = new Coverage();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const tasks = Array.from({ length: seeds }, (_, n) => ({
    seed: String(firstSeed + n),
    orders,
    twice: values.twice,
  }));
  let [allOrders, allFaults, allViolations, unequal] = [0, 0, 0, 0];
  await runSeeds(tasks, program, number("workers"), async ({ found, coverage: covered, again }) => {
    coverage.merge(covered);
    const { seed, faults, violations, digest } = found;
    allOrders += found.orders;
    allFaults += faults;
    allViolations += violations;
    const speed = (allOrders / seconds()).toFixed(1);
    console.log(
      `seed ${seed}: ${found.orders} orders, ${faults} faults, ${violations} violations, digest ${digest}; ${speed} orders/s so far`,
    );
    if (again !== undefined && again !== digest) {
      console.log(`seed ${seed}: the second run has the digest ${again}`);
      unequal++;
    }
    await explain(found);
  });
  const cells = `${coverage.cells.size} of ${coverage.possible.size}`;
  const judged = INVARIANTS.filter((name) => (coverage.judged.get(name) ?? 0) > 0);
  console.log(
    `\nchaos: ${allOrders} orders, ${seeds} seeds, ${allFaults} faults in ${cells} cells, ${allViolations} violations, ` +
      `${judged.length} of ${INVARIANTS.length} invariants judged, ${values.twice ? `${unequal} digests unequal, ` : ""}${(allOrders / seconds()).toFixed(1)} orders/s, ${seconds().toFixed(0)} s`,
  );
  printCoverage(coverage);
  return allViolations === 0 && unequal === 0;
}

function printCoverage({ situations, judged, cells, missed }: Coverage): void {
  for (const kind of FAULT_KINDS) {
    const hit = [...cells].filter(([cell]) => cell.startsWith(`${kind} | `));
    const never = missed.filter((cell) => cell.startsWith(`${kind} | `));
    const times = hit.reduce((sum, [, count]) => sum + count, 0);
    const points = `${hit.length} of ${hit.length + never.length} points`;
    console.log(`  ${kind.padEnd(16)}${String(times).padStart(8)} times at ${points}`);
  }
  for (const [name, times] of [...situations].sort())
    console.log(`  ${String(times).padStart(7)}  ${name}`);
  console.log(`  ${INVARIANTS.map((name) => `${name} ${judged.get(name) ?? 0}`).join("  ")}`);
  if (values.coverage) for (const cell of missed) console.log(`  never: ${cell}`);
}

async function explain({ failed, seed }: Search): Promise<void> {
  if (!failed) return;
  for (const one of failed.round.violations.slice(0, 5)) console.log(`  ${violationText(one)}`);
  console.log("  shrinking …");
  const recorded = await chaosProgram(ROOT, program);
  const shrunk = await shrink({ ...failed.options, program: recorded }, failed.round);
  const folder = join(ROOT, "node_modules", ".cache", "chaos");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${seed}.json`);
  writeFileSync(
    file,
    JSON.stringify({ ...failed.options, ...shrunk } satisfies Failure, undefined, 2),
  );
  console.log(`  ${violationText(shrunk.violation)}`);
  console.log(
    `  after ${shrunk.runs} runs: clients ${shrunk.clients.join(", ")}, and ${shrunk.faults.length} faults:`,
  );
  for (const fault of shrunk.faults) console.log(`    ${fault}`);
  console.log(`  npm run chaos -- --replay ${file}`);
}

async function replay(file: string): Promise<void> {
  const failure = JSON.parse(readFileSync(file, "utf8")) as Failure;
  const { stories, violations } = await replayed(await chaosProgram(ROOT, program), failure);
  for (const story of stories) console.log(story);
  for (const fault of failure.faults) console.log(`fault: ${fault}`);
  for (const violation of violations) console.log(violationText(violation));
  process.exitCode = violations.length > 0 ? 1 : 0;
}
