import { setTimeout as sleep } from "node:timers/promises";
import { readArguments } from "command-text";
import { launchChromium } from "../tests/browser/support/chromium.ts";
import { LoadedStack } from "./load/loaded-stack.ts";
import { offerOrders, percentile } from "./load/open-loop.ts";

// What the console costs: the same orders with nobody looking and with the map open in a browser, in turns.
const HELP = `Measures the console under load: its frames, and what it costs the pipeline.

  npm run bench:console -- [options]

  --rate N       orders a second              (40)
  --seconds N    how long each round takes    (60)
  --rounds N     rounds of each kind          (1)
  --help         this text
`;

interface PageCost {
  framesPerSecond: number;
  /** Longest time between two frames, in milliseconds. */
  longestFrameMs: number;
  heapMegabytes: number;
  /** Share of a core that the page's main thread was busy. */
  busy: number;
}

interface Round {
  page?: PageCost;
  completedPerSecond: number;
  p50: number;
  p99: number;
  /** Processor time of the stack for each order, in milliseconds. */
  cpuPerOrder: number;
  residentMegabytes: number;
}

const DRAIN_MS = 60_000;
const COUNT_FRAMES = `
  window.frames_ = { count: 0, longest: 0, last: performance.now() };
  const step = (now) => {
    const kept = window.frames_;
    kept.count += 1;
    kept.longest = Math.max(kept.longest, now - kept.last);
    kept.last = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
`;

const { values } = readArguments({
  help: HELP,
  options: {
    rate: { type: "string", default: "40" },
    seconds: { type: "string", default: "60" },
    rounds: { type: "string", default: "1" },
  },
});
await main(Number(values.rate), Number(values.seconds), Number(values.rounds));

async function main(perSecond: number, seconds: number, rounds: number): Promise<void> {
  console.log(`${perSecond} orders/s for ${seconds} s, without and with the page open\n`);
  const [without, withPage]: Round[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    without?.push(told("nobody looks", await measure(perSecond, seconds, false)));
    withPage?.push(told("the map is open", await measure(perSecond, seconds, true)));
  }
  const mean = (of: Round[] = [], pick: (round: Round) => number) =>
    of.reduce((sum, round) => sum + pick(round), 0) / of.length;
  const ratio = (pick: (round: Round) => number) =>
    (mean(withPage, pick) / mean(without, pick)).toFixed(2);
  console.log(
    `\nwith the page, of what it is without: completed ${ratio((one) => one.completedPerSecond)}, ` +
      `p50 ${ratio((one) => one.p50)}, p99 ${ratio((one) => one.p99)}, ` +
      `processor time per order ${ratio((one) => one.cpuPerOrder)}`,
  );
}

async function measure(perSecond: number, seconds: number, isOpen: boolean): Promise<Round> {
  const stack = await LoadedStack.start();
  const browser = isOpen ? await launchChromium() : undefined;
  try {
    const page = await browser?.newPage({ viewport: { width: 1280, height: 800 } });
    await page?.goto(`http://localhost:${new URL(stack.awsEndpoint).port}/_local/`);
    await page?.locator("a.node").first().waitFor();
    const session = page && (await page.context().newCDPSession(page));
    await session?.send("Performance.enable");
    const taskSeconds = async () => {
      const { metrics = [] } = (await session?.send("Performance.getMetrics")) ?? {};
      const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
      return { busy: of("TaskDuration"), heap: of("JSHeapUsedSize") };
    };
    await page?.evaluate(COUNT_FRAMES);
    stack.watch();
    const before = stack.cpuTime();
    const busyBefore = await taskSeconds();
    const began = performance.now();
    const offered = await offerOrders(stack.ordersUrl, { perSecond, seconds, onSent: () => {} });
    const frames = (await page?.evaluate("window.frames_")) as
      | { count: number; longest: number }
      | undefined;
    const elapsed = (performance.now() - began) / 1000;
    const busyAfter = await taskSeconds();
    const deadline = performance.now() + DRAIN_MS;
    while (stack.endedCount < offered.accepted && performance.now() < deadline) await sleep(100);
    const after = stack.cpuTime();
    const used = before && after ? after.own + after.started - before.own - before.started : NaN;
    return {
      ...(frames && {
        page: {
          framesPerSecond: frames.count / elapsed,
          longestFrameMs: frames.longest,
          heapMegabytes: busyAfter.heap / 1e6,
          busy: (busyAfter.busy - busyBefore.busy) / elapsed,
        },
      }),
      completedPerSecond: stack.endedCount / ((stack.lastEndAt - began) / 1000),
      p50: percentile(offered.latencies, 0.5),
      p99: percentile(offered.latencies, 0.99),
      cpuPerOrder: used / Math.max(1, stack.endedCount),
      residentMegabytes: stack.peak.proportionalMegabytes ?? stack.peak.residentMegabytes,
    };
  } finally {
    await browser?.close();
    await stack.stop();
  }
}

function told(name: string, round: Round): Round {
  const { page, completedPerSecond, p50, p99, cpuPerOrder, residentMegabytes } = round;
  console.log(
    `${name.padEnd(16)} ${completedPerSecond.toFixed(1)} completed/s, answered in ${p50.toFixed(0)} ms (p50), ` +
      `${p99.toFixed(0)} ms (p99), ${cpuPerOrder.toFixed(0)} ms of processor per order, ${residentMegabytes.toFixed(0)} MB`,
  );
  if (page) {
    console.log(
      `${"".padEnd(16)} the page: ${page.framesPerSecond.toFixed(0)} frames/s, longest ${page.longestFrameMs.toFixed(0)} ms, ` +
        `${(page.busy * 100).toFixed(0)} % of a core, ${page.heapMegabytes.toFixed(0)} MB`,
    );
  }
  return round;
}
