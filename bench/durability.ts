import { cpSync, mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "command-text";
import { checkData, type DataReport } from "local-aws/data";
import { orderInTurn, placeWholeOrder } from "./durability/closed-loop.ts";
import { copyOrder } from "./durability/copy-order.ts";
import { LoadedStack } from "./load/loaded-stack.ts";
import { percentile } from "./load/open-loop.ts";
import { median } from "./median.ts";
import { Progress } from "./progress.ts";
import {
  ANY_PORTS,
  FIRST_ANSWER,
  freePorts,
  type Start,
  timeStart,
} from "./start/started-stack.ts";

const HELP = `What it costs that everything is on disk before it is answered.

  npm run bench:durability -- [options]

  --clients LIST   clients that order at a time, each waiting for COMPLETED   (1,16,64)
  --seconds N      how long they order   (20)
  --rounds N       how often, in memory and with --data in turn   (3)
  --orders LIST    orders in the folder of a start   (0,10000,1000000)
  --folder DIR     where the folders are made   (the folder for temporary files)
  --help           this text

It tells orders per second from POST to COMPLETED in memory and with --data, side by side, with the ratio; then how big an
order is in the folder, and how long npm start takes to its first answer with so many orders in it, where nothing has
changed and with an evaluation of the program. Goals: half of the orders per second, and two seconds. The exit code is 1
where one is missed. No --clients leaves the comparison out, no --orders the starts: --clients "" --orders 1000000.
`;
const MIN_RATIO = 0.5;
const MAX_START_SECONDS = 2;
const STARTS = 3;
const BYTES_PER_ORDER = 8_000;

const { values } = readArguments({
  help: HELP,
  options: {
    clients: { type: "string", default: "1,16,64" },
    seconds: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
    orders: { type: "string", default: "0,10000,1000000" },
    folder: { type: "string", default: tmpdir() },
  },
});
const progress = new Progress();
const missed: string[] = [];

const root = mkdtempSync(join(values.folder, "bench-durability-"));
try {
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}\n`);
  if (values.clients) await compare(root);
  if (values.orders) await starts(root);
} finally {
  rmSync(root, { recursive: true });
}
for (const miss of missed) console.log(`missed: ${miss}`);
process.exitCode = missed.length > 0 ? 1 : 0;

async function compare(root: string): Promise<void> {
  console.log("| clients | in memory | p50, p99 | with --data | p50, p99 | ratio |");
  console.log("|---|---|---|---|---|---|");
  for (const clients of numbers(values.clients)) {
    const rounds: { memory: Measured; data: Measured }[] = [];
    for (let round = 1; round <= Number(values.rounds); round++) {
      const memory = await measure(clients, undefined);
      const folder = join(root, `${clients}-${round}`);
      const data = await measure(clients, folder);
      rmSync(folder, { recursive: true });
      rounds.push({ memory, data });
      progress.line(`${clients} clients, round ${round}: ${ratio({ memory, data }).toFixed(2)}`);
    }
    const ratios = rounds.map(ratio);
    const shown = (of: "memory" | "data") => {
      const middle = (pick: (one: Measured) => number) =>
        median(rounds.map((one) => pick(one[of])));
      return `${middle((one) => one.perSecond).toFixed(1)}/s | ${middle((one) => one.p50).toFixed(0)}, ${middle((one) => one.p99).toFixed(0)} ms`;
    };
    const least = Math.min(...ratios).toFixed(2);
    const most = Math.max(...ratios).toFixed(2);
    console.log(
      `| ${clients} | ${shown("memory")} | ${shown("data")} | ${median(ratios).toFixed(2)} (${least} to ${most}) |`,
    );
    if (median(ratios) < MIN_RATIO) missed.push(`${clients} clients: ${median(ratios).toFixed(2)}`);
  }
}

interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
}

function ratio({ memory, data }: { memory: Measured; data: Measured }): number {
  return data.perSecond / memory.perSecond;
}

async function measure(clients: number, folder: string | undefined): Promise<Measured> {
  const stack = await LoadedStack.start(undefined, folder);
  try {
    const times = { warmUpSeconds: 8, seconds: Number(values.seconds) };
    const { perSecond, latencies } = await orderInTurn(stack, clients, times);
    return { perSecond, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
  } finally {
    await stack.stop();
  }
}

async function starts(root: string): Promise<void> {
  const folder = join(root, "orders");
  const first = await LoadedStack.start(undefined, folder);
  await orderInTurn(first, 4, { warmUpSeconds: 0, seconds: 1 });
  const orderId = await placeWholeOrder(first);
  await first.stop();
  const before = checkData(folder);
  const second = await LoadedStack.start(undefined, folder);
  await orderInTurn(second, 8, { warmUpSeconds: 0, seconds: 10 });
  const ordered = second.endedCount;
  await second.stop();
  const after = checkData(folder);
  console.log(`\nof an order, in bytes (${ordered} orders):\n\n| what | bytes |\n|---|---|`);
  for (const [kind, bytes] of perOrder(before, after, ordered))
    console.log(`| ${kind} | ${bytes} |`);

  console.log(
    "\n| orders in the folder | its size | nothing changed | evaluated anew | memory when idle |",
  );
  console.log("|---|---|---|---|---|");
  for (const orders of numbers(values.orders)) {
    const own = join(root, `start-${orders}`);
    const { bavail, bsize } = statfsSync(root);
    if (orders * BYTES_PER_ORDER > bavail * bsize) {
      missed.push(`no room on the disk for ${orders} orders`);
      continue;
    }
    if (orders > 0) {
      cpSync(folder, own, { recursive: true });
      copyOrder(own, orderId, orders, (done) => progress.show("orders copied", done, orders));
    }
    const bytes = orders > 0 ? statSync(join(own, "stack.db")).size : 0;
    const ports = await freePorts();
    // The first start leaves the program for those that come after it.
    await timeStart(ports, own);
    const unchanged: Start[] = [];
    const evaluated: Start[] = [];
    for (let n = 1; n <= STARTS; n++) {
      unchanged.push(await timeStart(ports, own));
      evaluated.push(await timeStart(ANY_PORTS, own));
    }
    const shown = [unchanged, evaluated].map((all, index) => {
      const seconds = median(all.map(({ steps }) => steps.get(FIRST_ANSWER) ?? Number.NaN)) / 1000;
      const how = index === 0 ? "nothing changed" : "evaluated anew";
      if (seconds > MAX_START_SECONDS) missed.push(`${orders} orders, ${how}: ${seconds} s`);
      return `${seconds.toFixed(2)} s`;
    });
    const megabytes = median(unchanged.map(({ memory }) => memory.resident)).toFixed(0);
    const size = `${(bytes / 1024 / 1024).toFixed(0)} MB`;
    console.log(`| ${orders} | ${size} | ${shown.join(" | ")} | ${megabytes} MB |`);
    rmSync(own, { recursive: true });
  }
}

/** How much each kind of state has grown for an order; the largest first. */
function perOrder(before: DataReport, after: DataReport, orders: number): [string, number][] {
  const had = new Map(before.kinds.map(({ kind, bytes }) => [kind, bytes]));
  const grown = after.kinds.map(({ kind, bytes }): [string, number] => [
    kind,
    Math.round((bytes - (had.get(kind) ?? 0)) / orders),
  ]);
  const all = Math.round((after.bytes - before.bytes) / orders);
  return [...grown.filter(([, bytes]) => bytes > 0), ["the file, with all overhead", all]];
}

function numbers(list: string): number[] {
  return list.split(",").map((text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new Error(`${list}: give whole numbers with commas between them`);
  });
}
