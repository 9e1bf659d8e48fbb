import { setTimeout as sleep } from "node:timers/promises";
import { readArguments } from "command-text";
import type { Runtime } from "local-aws";
import { Meter } from "../cli/cost/meter.ts";
import { fillStore } from "./growth/fill-store.ts";
import { median } from "./median.ts";
import { runRound } from "./pipeline/order-round.ts";
import { type OrderStack, startOrderStack } from "./pipeline/order-stacks.ts";
import { Progress } from "./progress.ts";

const DELAY_MS = 5;
const AFTER_MS = 2_000;
const LISTS = 5;
const LIMIT = 1.25;
// Times of the clock follow whatever else the machine does; the CPU time of the process does not.
const FIGURES = ["cpuMs", "writes", "reads", "listCpuMs", "listReads"] as const;
const HELP = `Whether an order takes longer, or uses more, the more orders there are.

  npm run bench:growth -- [options]

  --sizes LIST     orders in the store before each round   (1000,10000,100000)
  --clients LIST   orders under way at once                (1,8,64)
  --orders N       orders of each round                    (200)
  --workflow W     express or standard                     (express)
  --json           the result as JSON
  --help           this text

Of each size and number of clients: half of the orders end within p50 and 95 of 100 within p95, from POST to the end of the
workflow; the CPU time of an order in the process that serves it, functions apart; what an order uses of write and read units;
and how long the list of the newest 50 completed orders takes, and uses. Every call of a service takes ${DELAY_MS} ms longer. The
last line says what grows with the store: CPU time or units, by more than a quarter from the smallest to the largest size, with the
same number of clients.
`;

const { values } = readArguments({
  help: HELP,
  options: {
    sizes: { type: "string", default: "1000,10000,100000" },
    clients: { type: "string", default: "1,8,64" },
    orders: { type: "string", default: "200" },
    workflow: { type: "string", default: "express" },
    json: { type: "boolean", default: false },
  },
});
await main();

/** What was measured with one size of the store and one number of clients. */
interface Row {
  size: number;
  clients: number;
  perSecond: number;
  p50: number;
  p95: number;
  cpuMs: number;
  writes: number;
  reads: number;
  listMs: number;
  listCpuMs: number;
  listReads: number;
}

async function main(): Promise<void> {
  const [sizes, clients] = [numbers("sizes"), numbers("clients")];
  const [orders = 200] = numbers("orders");
  const { workflow } = values;
  if (workflow !== "standard" && workflow !== "express") {
    console.error(`--workflow ${workflow}: it must be standard or express`);
    process.exit(2);
  }
  const progress = new Progress();
  const { stack, stop } = await startOrderStack(workflow, DELAY_MS);
  const rows: Row[] = [];
  try {
    const meter = new Meter(stack.runtime);
    await round(stack, meter, 0, 8, orders);
    let filled = 0;
    for (const size of sizes.sort((a, b) => a - b)) {
      await fillStore(stack.runtime, filled, size, (items) =>
        progress.show(`filling up to ${size}`, items, size),
      );
      filled = size;
      await caughtUp(stack);
      for (const many of clients) {
        const row = await round(stack, meter, size, many, orders);
        rows.push(row);
        progress.line(rowText(row));
      }
    }
  } finally {
    await stop();
  }
  if (values.json) console.log(JSON.stringify({ workflow, orders, delayMs: DELAY_MS, rows }));
  else console.log(grown(rows));
}

async function round(
  stack: OrderStack,
  meter: Meter,
  size: number,
  inFlight: number,
  orders: number,
): Promise<Row> {
  await meter.take();
  const began = process.cpuUsage();
  const { milliseconds, seconds } = await runRound(stack, {
    orders,
    inFlight,
    itemised: false,
    onEnded: () => {},
  });
  // What follows the end of an order, its announcement and its mark.
  await sleep(AFTER_MS);
  const cpuMs = cpuSince(began);
  const used = await meter.take();
  const writes = used.of("dynamodb.write") + used.of("dynamodb.indexWrite");
  const reads = used.of("dynamodb.read");
  const listing = process.cpuUsage();
  const listMs = await listOnce(stack.runtime);
  const listCpuMs = cpuSince(listing) / LISTS;
  const listed = await meter.take();
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return {
    size,
    clients: inFlight,
    perSecond: orders / seconds,
    p50: median(milliseconds),
    p95: sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN,
    cpuMs: cpuMs / orders,
    writes: writes / orders,
    reads: reads / orders,
    listMs,
    listCpuMs,
    listReads: listed.of("dynamodb.read") / LISTS,
  };
}

function cpuSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** Waits until the readers of the table's stream have passed what the store was filled with: until an order goes through. */
async function caughtUp(stack: OrderStack): Promise<void> {
  const one = { orders: 1, inFlight: 1, itemised: false, onEnded: () => {} };
  for (let tries = 1; ; tries++) {
    try {
      await runRound(stack, one);
      return;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

/** Lists the newest 50 completed orders a few times; the answer is the middle one's time. */
async function listOnce({ outputs }: Runtime): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < LISTS; n++) {
    const began = performance.now();
    const answer = await fetch(`${outputs["ordersApiUrl"]}/orders?status=COMPLETED&limit=50`, {
      headers: { "x-api-key": `${outputs["ordersApiKey"]}` },
    });
    if (!answer.ok) throw new Error(`GET /orders was answered ${answer.status}`);
    await answer.text();
    times.push(performance.now() - began);
  }
  return median(times);
}

function rowText(row: Row): string {
  const { size, clients, perSecond, p50, p95, cpuMs, writes, reads } = row;
  const { listMs, listCpuMs, listReads } = row;
  return [
    `${String(size).padStart(8)} orders stored, ${String(clients).padStart(2)} clients:`,
    `${perSecond.toFixed(1).padStart(6)} orders/s,`,
    `p50 ${p50.toFixed(0).padStart(5)} ms, p95 ${p95.toFixed(0).padStart(5)} ms,`,
    `${cpuMs.toFixed(1)} ms CPU,`,
    `${writes.toFixed(2)} write and ${reads.toFixed(2)} read units;`,
    `list ${listMs.toFixed(0)} ms, ${listCpuMs.toFixed(1)} ms CPU, ${listReads.toFixed(1)} read units`,
  ].join(" ");
}

/** What is larger with the largest store than with the smallest one. */
function grown(rows: readonly Row[]): string {
  const findings = [...new Set(rows.map(({ clients }) => clients))].flatMap((many) => {
    const same = rows.filter(({ clients }) => clients === many);
    const [first, last] = [same[0], same.at(-1)];
    if (!first || !last) return [];
    return FIGURES.filter((name) => last[name] > LIMIT * first[name]).map(
      (name) => `${name} of ${many} clients, ${(last[name] / first[name]).toFixed(2)} ×`,
    );
  });
  return findings.length === 0
    ? "flat: nothing grows with the store"
    : `grows: ${findings.join("; ")}`;
}

function numbers(option: "sizes" | "clients" | "orders"): number[] {
  const texts = values[option].split(",");
  if (texts.every((text) => /^[1-9]\d{0,6}$/.test(text))) return texts.map(Number);
  console.error(`--${option} ${values[option]}: whole numbers from 1 are needed`);
  process.exit(2);
}
