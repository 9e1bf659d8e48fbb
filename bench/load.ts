import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { readArguments } from "command-text";
import { goalsFor, type LoadResult, missedGoals } from "./load/goals.ts";
import { LoadedStack } from "./load/loaded-stack.ts";
import { offerOrders, percentile } from "./load/open-loop.ts";
import { machineTime } from "./machine-load.ts";
import { Progress } from "./progress.ts";

// As long as nothing ends for this long, nothing more is expected to.
const MAX_SILENCE_MS = 60_000;
const HELP = `Orders at a steady rate, whether or not the stack keeps up: an open loop, as customers are.

  npm run bench:load -- [options]

  --rates LIST    orders per second, with commas   (5,20,60,120,200)
  --seconds N     how long each rate is offered    (30)
  --log FILE      keep what the last stack prints
  --json          the results as JSON
  --help          this text

Each rate has a stack of its own that was just started, in a process of its own, as npm start runs it. Orders go to the
open HTTP door. It tells, for each rate:

  p50, p99    from when an order was due to the door's answer, in milliseconds
  5xx         answers that were no 202, and requests without an answer
  functions   processes of functions, the most at once
  memory      of all processes in megabytes, the most at once: shared pages counted once, and for each process
  CPU         of an order: of the stack's own process, and of its functions'
  done after  from the last order until the last workflow had ended, in seconds
  drain       workflows that ended per second after the last order was sent
  others      how much of the cores was used by other programs meanwhile: the more, the less the figures say

Goals are for two cores that nobody else uses; the exit code is 1 where one is missed.
`;

const { values } = readArguments({
  help: HELP,
  options: {
    rates: { type: "string", default: "5,20,60,120,200" },
    seconds: { type: "string", default: "30" },
    log: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
await main();

async function main(): Promise<void> {
  const rates = values.rates.split(",").map((rate) => wholeNumber("--rates", rate));
  const seconds = wholeNumber("--seconds", values.seconds);
  const progress = new Progress();
  progress.line(`${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}`);
  const results: LoadResult[] = [];
  for (const perSecond of rates) {
    const result = await load(perSecond, seconds, progress);
    results.push(result);
    progress.line(`${perSecond}/s: ${JSON.stringify(result)}`);
  }
  const missed = results.flatMap((result) => missedGoals(result, goalsFor(result.perSecond)));
  if (values.json) console.log(JSON.stringify({ passed: missed.length === 0, results, missed }));
  else {
    console.log(table(results));
    for (const miss of missed) console.log(`missed: ${miss}`);
    console.log(missed.length === 0 ? "passed: every goal is met" : `FAILED: ${missed.length}`);
  }
  if (missed.length > 0) process.exitCode = 1;
}

async function load(perSecond: number, seconds: number, progress: Progress): Promise<LoadResult> {
  const stack = await LoadedStack.start(values.log);
  try {
    stack.watch();
    const cpuBefore = stack.cpuTime();
    const machineBefore = machineTime();
    const ownBefore = process.cpuUsage();
    const orders = perSecond * seconds;
    const offered = await offerOrders(stack.ordersUrl, {
      perSecond,
      seconds,
      onSent: (sent) => progress.show(`${perSecond}/s offered`, sent, orders),
    });
    const { accepted, lastDueAt, latencies, refused } = offered;
    const endedBefore = stack.endedCount;
    const drainBegan = performance.now();
    stack.lastEndAt = drainBegan;
    while (stack.endedCount < accepted) {
      if (performance.now() - stack.lastEndAt > MAX_SILENCE_MS) break;
      progress.show(`${perSecond}/s ended`, stack.endedCount, accepted);
      await sleep(50);
    }
    const drained = stack.endedCount - endedBefore;
    const drainSeconds = (stack.lastEndAt - drainBegan) / 1000;
    const cpuAfter = stack.cpuTime();
    const machineAfter = machineTime();
    const own = process.cpuUsage(ownBefore);
    const stackMs =
      (cpuAfter?.own ?? Number.NaN) +
      (cpuAfter?.started ?? Number.NaN) -
      (cpuBefore?.own ?? Number.NaN) -
      (cpuBefore?.started ?? Number.NaN);
    const othersMs =
      machineAfter.busy - machineBefore.busy - stackMs - (own.user + own.system) / 1000;
    const others = othersMs / (machineAfter.all - machineBefore.all);
    const { functions, residentMegabytes, proportionalMegabytes } = stack.peak;
    return {
      perSecond,
      offered: orders,
      p50Ms: rounded(percentile(latencies, 0.5)),
      p99Ms: rounded(percentile(latencies, 0.99)),
      maxMs: rounded(Math.max(...latencies)),
      refused,
      functions,
      residentMegabytes: Math.round(residentMegabytes),
      proportionalMegabytes: Math.round(proportionalMegabytes ?? Number.NaN),
      cpuMsPerOrder: cpuBefore &&
        cpuAfter && {
          stack: rounded((cpuAfter.own - cpuBefore.own) / orders),
          functions: rounded((cpuAfter.started - cpuBefore.started) / orders),
        },
      others: Number.isNaN(others) ? undefined : Math.max(0, Math.round(others * 100) / 100),
      ended: Object.fromEntries(stack.ended),
      missing: accepted - stack.endedCount,
      doneAfterSeconds: rounded((stack.lastEndAt - lastDueAt) / 1000),
      drainPerSecond: drained > 0 ? rounded(drained / drainSeconds) : undefined,
    };
  } finally {
    await stack.stop();
  }
}

function table(results: readonly LoadResult[]): string {
  const rows = [
    ["offered", "p50", "p99", "5xx", "functions", "memory", "CPU", "done after", "drain", "others"],
    ...results.map((result) => [
      `${result.perSecond}/s`,
      `${result.p50Ms} ms`,
      `${result.p99Ms} ms`,
      `${Object.values(result.refused).reduce((sum, count) => sum + count, 0)}`,
      `${result.functions}`,
      `${result.proportionalMegabytes}, ${result.residentMegabytes} MB`,
      result.cpuMsPerOrder
        ? `${result.cpuMsPerOrder.stack} + ${result.cpuMsPerOrder.functions} ms`
        : "",
      result.missing > 0 ? `${result.missing} missing` : `${result.doneAfterSeconds} s`,
      result.drainPerSecond === undefined ? "" : `${result.drainPerSecond}/s`,
      result.others === undefined ? "" : `${Math.round(result.others * 100)} %`,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  console.error(`${option} ${text}: it must be a whole number from 1 to 9999`);
  process.exit(2);
}
