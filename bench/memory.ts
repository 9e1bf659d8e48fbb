import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "command-text";
import { runRound } from "./pipeline/order-round.ts";
import { startOrderStack } from "./pipeline/order-stacks.ts";

const MEMORY_MB = [128, 256, 512];
const CORE_MB = 1769;
const GB_SECOND = 0.0000133334;
const TICK_MS = 10;
const FILE = join(import.meta.dirname, "..", "cli", "cost", "durations.json");
const HELP = `CPU time of each function on the way of an order, and what more or less memory would change. Linux only.

  npm run bench:memory -- [options]

  --orders N   orders that are measured, after as many that are not   (400)
  --write      writes the CPU times to cli/cost/durations.json, which npm run cost reads
  --help       this text

The functions run in processes of their own, as npm start runs them; their CPU time is the kernel's. Lambda gives a function of
M MB the share M/1769 of a core, and bills its time: less memory makes the CPU part longer at the same price, and waiting cheaper.
`;

const { values } = readArguments({
  help: HELP,
  options: {
    orders: { type: "string", default: "400" },
    write: { type: "boolean", default: false },
  },
});
await main();

async function main(): Promise<void> {
  const orders = Number(values.orders);
  if (!Number.isSafeInteger(orders) || orders < 1) {
    console.error(`--orders ${values.orders}: it must be a whole number from 1`);
    process.exit(2);
  }
  const { stack, stop } = await startOrderStack("express", 0);
  try {
    const load = { orders, inFlight: 4, itemised: false, onEnded: () => {} };
    await runRound(stack, load);
    const invocations = new Map<string, number>();
    const logicalName = new Map(
      stack.runtime.program.resources
        .filter(({ type }) => type === "aws:lambda/function:Function")
        .map(({ name, outputs }) => [String(outputs["name"]), name]),
    );
    stack.runtime.services.lambda.onInvocationEnded(({ definition }) => {
      invocations.set(definition.name, (invocations.get(definition.name) ?? 0) + 1);
    });
    const before = cpuTimes();
    await runRound(stack, load);
    const after = cpuTimes();
    const cpuMs: Record<string, number> = {};
    for (const [physical, count] of [...invocations].sort()) {
      const ms = ((after.get(physical) ?? 0) - (before.get(physical) ?? 0)) / count;
      const name = logicalName.get(physical) ?? physical;
      // What ran too seldom for the kernel's clock of 10 ms says nothing, nor does a process that was a spare one before.
      if (count >= orders / 2 && ms > 0) cpuMs[name] = Math.round(ms * 100) / 100;
    }
    report(cpuMs);
    if (values.write) write(cpuMs);
  } finally {
    await stop();
  }
}

/** CPU milliseconds of this process's children so far, by the function that they run. */
function cpuTimes(): Map<string, number> {
  const times = new Map<string, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(fields[1]) !== process.pid) continue;
      const [, name] =
        /AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, "utf8")) ??
        [];
      if (!name) continue;
      const ms = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
      times.set(name, (times.get(name) ?? 0) + ms);
    } catch {
      // It has ended meanwhile.
    }
  }
  return times;
}

function report(cpuMs: Record<string, number>): void {
  const { callMs } = JSON.parse(readFileSync(FILE, "utf8")) as { callMs: number };
  const calls = 2;
  console.log(
    `${"function".padEnd(34)} CPU ms  ${MEMORY_MB.map((mb) => `${mb} MB: ms, $ per million`).join("  ")}`,
  );
  for (const [name, cpu] of Object.entries(cpuMs)) {
    const cells = MEMORY_MB.map((mb) => {
      const ms = cpu * (CORE_MB / mb) + calls * callMs;
      const dollars = (ms / 1000) * (mb / 1024) * GB_SECOND * 1e6;
      return `${ms.toFixed(1).padStart(9)} ${dollars.toFixed(3).padStart(13)}`;
    });
    console.log(`${name.padEnd(34)} ${cpu.toFixed(2).padStart(6)}  ${cells.join("  ")}`);
  }
}

function write(cpuMs: Record<string, number>): void {
  const known = JSON.parse(readFileSync(FILE, "utf8")) as { cpuMs: Record<string, number> };
  const measured = Object.values(cpuMs);
  const mean = measured.reduce((sum, ms) => sum + ms, 0) / measured.length;
  const rounded = Math.round(mean * 100) / 100;
  const next = { ...known, cpuMs: { default: rounded, ...cpuMs } };
  writeFileSync(FILE, `${JSON.stringify(next, undefined, 2)}\n`);
}
