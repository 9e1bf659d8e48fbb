import { cpus } from "node:os";
import { readArguments } from "command-text";
import { type MachineTime, machineTime } from "./machine-load.ts";
import { median } from "./median.ts";
import { OrderBooks } from "./pipeline/order-books.ts";
import { runRound } from "./pipeline/order-round.ts";
import { type OrderStack, startOrderStacks } from "./pipeline/order-stacks.ts";
import { Progress } from "./progress.ts";

const DELAY_MS = 5;
const LIMIT = 10;
// Two rounds of the same stack differ by as much.
const NOISE = 1.1;
const HELP = `Orders per second from POST /orders to COMPLETED, through the whole local stack.

  npm run bench:pipeline -- [options]

  --orders N      orders of each round, not serial (1500)
  --serial N      orders of each round, serial     (100)
  --rounds N      rounds that count                (3)
  --in-flight N   orders under way at once         (32)
  --itemised      orders with a line of a tracked product, and a customer who is written to; otherwise of an amount
  --json          the result as JSON
  --help          this text

Every call of a service takes ${DELAY_MS} ms longer, whoever makes it: customers, gateways, functions, workflows, pipes,
mappings. Stacks of the same program run in turn:

  standard   the program with orders:workflow standard, and many orders under way
  express    the same with orders:workflow express
  serial     orders:batchSize 1, and the next order when the one before is COMPLETED

A first round of each is not counted: Node.js optimises what it has run some thousand times. After each round, everything
is counted: each order COMPLETED once, with one execution and one capture, its events and letters told once, and its
pieces sold; free, held and sold pieces add up. The exit code is 1 where anything is lost or doubled, or where standard is
less than ${LIMIT} times as fast, or where half of the orders take more than ${NOISE} times as long with Express workflows, from POST to their end.
`;

const { values } = readArguments({
  help: HELP,
  options: {
    orders: { type: "string", default: "1500" },
    serial: { type: "string", default: "100" },
    rounds: { type: "string", default: "3" },
    "in-flight": { type: "string", default: "32" },
    itemised: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
await main();

async function main(): Promise<void> {
  const orders = { standard: count("orders"), express: count("orders"), serial: count("serial") };
  const { itemised } = values;
  const rounds = count("rounds");
  const inFlight = count("in-flight");
  const progress = new Progress();
  progress.line(`${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}`);
  const stacks = await startOrderStacks(DELAY_MS);
  const measured = { standard: [] as number[], express: [] as number[], serial: [] as number[] };
  const middle = { standard: [] as number[], express: [] as number[], serial: [] as number[] };
  const mistakes: string[] = [];
  try {
    const { standard, express, serial } = stacks;
    const books = new Map(
      [standard, express, serial].map((stack) => [stack, new OrderBooks(stack, itemised)]),
    );
    const placed = new Map<OrderStack, string[]>([
      [standard, []],
      [express, []],
      [serial, []],
    ]);
    for (const stack of [standard, express, serial]) await books.get(stack)?.open();
    for (let n = 0; n <= rounds; n++) {
      for (const stack of n % 2 === 0 ? [standard, express, serial] : [serial, express, standard]) {
        const what = `${n === 0 ? "warm-up" : `round ${n}/${rounds}`}, ${stack.handling}`;
        const before = machineTime();
        const many = orders[stack.handling];
        const { orderIds, seconds, milliseconds } = await runRound(stack, {
          orders: many,
          inFlight: stack.handling === "serial" ? 1 : inFlight,
          itemised,
          onEnded: (ended) => progress.show(what, ended, many),
        });
        const busy = busyShare(before, machineTime());
        placed.get(stack)?.push(...orderIds);
        const wrong = await books.get(stack)?.mistakes(placed.get(stack) ?? []);
        for (const mistake of wrong ?? []) mistakes.push(`${what}: ${mistake}`);
        const rate = many / seconds;
        if (n > 0) measured[stack.handling].push(rate);
        const p50 = median(milliseconds);
        if (n > 0) middle[stack.handling].push(p50);
        progress.line(
          `${what.padEnd(20)} ${rate.toFixed(1).padStart(6)} orders/s, half within ${p50.toFixed(0)} ms, machine ${busy} busy`,
        );
      }
    }
  } finally {
    await stacks.stop();
  }
  report({ ...measured, middle }, mistakes, { orders, rounds, inFlight, itemised });
}

type Figures = Record<OrderStack["handling"], number[]>;

/** Orders per second of each round, and within how many milliseconds half of its orders have ended. */
type Measured = Figures & { middle: Figures };

function report(
  { standard, express, serial, middle }: Measured,
  mistakes: string[],
  load: { orders: Record<string, number>; rounds: number; inFlight: number; itemised: boolean },
): void {
  const ratios = standard.map((rate, round) => rate / (serial[round] ?? Number.NaN));
  const p50Ratios = middle.express.map((ms, round) => ms / (middle.standard[round] ?? Number.NaN));
  const result = {
    ...load,
    delayMs: DELAY_MS,
    standardPerSecond: rounded(median(standard)),
    expressPerSecond: rounded(median(express)),
    serialPerSecond: rounded(median(serial)),
    standardP50Ms: rounded(median(middle.standard)),
    expressP50Ms: rounded(median(middle.express)),
    expressToStandardP50: Number(median(p50Ratios).toFixed(2)),
    ratio: rounded(median(ratios)),
    lowest: rounded(Math.min(...ratios)),
    highest: rounded(Math.max(...ratios)),
    limit: LIMIT,
    mistakes,
  };
  const passed =
    result.ratio >= LIMIT && result.expressToStandardP50 <= NOISE && mistakes.length === 0;
  for (const mistake of mistakes) console.error(mistake);
  if (values.json) console.log(JSON.stringify({ passed, ...result }));
  else {
    const { standardPerSecond, serialPerSecond, ratio, lowest, highest } = result;
    const books = mistakes.length === 0 ? "none lost, none doubled" : `${mistakes.length} mistakes`;
    console.log(
      `${passed ? "passed" : "FAILED"}: ${standardPerSecond} orders/s with Standard workflows, ${serialPerSecond} one at a time; ` +
        `${ratio} × (${lowest} to ${highest}), at least ${LIMIT} wanted; ${books}\n` +
        `with Express workflows ${result.expressPerSecond} orders/s, and half of the orders end within ${result.expressP50Ms} ms, ` +
        `${result.expressToStandardP50} × the ${result.standardP50Ms} ms of Standard ones`,
    );
  }
  if (!passed) process.exitCode = 1;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function count(option: "orders" | "serial" | "rounds" | "in-flight"): number {
  const text = values[option];
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`--${option} ${text}: it must be a whole number from 1`);
  process.exit(2);
}

/** Of all cores, whoever uses them: where they are busy throughout, the machine is what limits the rate. */
function busyShare(before: MachineTime, after: MachineTime): string {
  return `${Math.round((100 * (after.busy - before.busy)) / (after.all - before.all))} %`;
}
