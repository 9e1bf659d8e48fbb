import { readFileSync } from "node:fs";
import type { Price, Prices, Unit } from "./prices.ts";
import { Usage, type Used } from "./usage.ts";

/** What an order uses, and what a stack uses in a month in which nobody orders. */
export interface Measured {
  perOrder: Usage;
  fixed: Usage;
  /** Memory of each function in MB, by its logical name. */
  memory: ReadonlyMap<string, number>;
  /** Functions that trace only what was traced before them. */
  passThrough: ReadonlySet<string>;
  /** Share of the requests that begin a trace, of each API that has a rule of its own. */
  tracedShares: ReadonlyMap<string, number>;
}

/** One line of a bill. */
export interface Line {
  unit: Unit;
  price: Price;
  perOrder: number;
  /** Dollars of a month, with nothing free. */
  month: number;
  /** Dollars of a month that are due without any order, with nothing free. */
  fixedMonth: number;
  /** Dollars of a month after what is free. */
  afterFree: number;
}

/** What a number of orders a month costs. */
export interface Bill {
  orders: number;
  lines: Line[];
  /** Dollars of a month by step, with nothing free. */
  steps: { step: string; month: number }[];
  month: number;
  fixedMonth: number;
  afterFree: number;
  /** Dollars per order, without the fixed part and with nothing free. */
  perOrder: number;
}

interface Durations {
  callMs: number;
  cpuMs: Record<string, number>;
}

/** A whole core's share of memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const CORE_MB = 1769;
const MONTH_SECONDS = 730 * 3600;
/** X-Ray's default: the first request of each second, and this share of all others. */
const TRACED_SHARE = 0.05;
/** What one state of an Express workflow takes beside its task. An assumption. */
const STATE_MS = 5;
const EXPRESS_STATES = 7;
const EXPRESS_GB = 64 / 1024;
const EXPRESS_ROUND_MS = 100;

/** How long measured functions run. */
function durations(): Durations {
  return JSON.parse(readFileSync(new URL("./durations.json", import.meta.url), "utf8"));
}

/** Milliseconds of one invocation, as they would be billed with so much memory. */
function billedMs(step: string, calls: number, memory: number, times: Durations): number {
  const cpu = times.cpuMs[step] ?? times.cpuMs["default"] ?? 0;
  return Math.ceil(cpu * Math.max(1, CORE_MB / memory) + calls * times.callMs);
}

/** The bill of a month with so many orders. */
export function billOf(
  measured: Measured,
  orders: number,
  prices: Prices,
  times = durations(),
): Bill {
  const perOrder = priced(measured.perOrder, measured, orders, times);
  const fixed = priced(measured.fixed, measured, 0, times);
  const units = [...prices].flatMap(([unit, price]): Line[] => {
    const [each, rest] = [perOrder.of(unit), fixed.of(unit)];
    if (each === 0 && rest === 0) return [];
    const amount = each * orders + rest;
    return [
      {
        unit,
        price,
        perOrder: each,
        month: amount * price.perUnit,
        fixedMonth: rest * price.perUnit,
        afterFree: Math.max(0, amount - price.free) * price.perUnit,
      },
    ];
  });
  const dollars = ({ unit, amount }: Used) => amount * (prices.get(unit)?.perUnit ?? 0);
  const bySteps = new Map<string, number>();
  for (const used of Usage.sum([
    [perOrder, orders],
    [fixed, 1],
  ]).all) {
    bySteps.set(used.step, (bySteps.get(used.step) ?? 0) + dollars(used));
  }
  const sum = (pick: (line: Line) => number) => units.reduce((all, line) => all + pick(line), 0);
  return {
    orders,
    lines: units.sort((a, b) => b.month - a.month),
    steps: [...bySteps]
      .map(([step, month]) => ({ step, month }))
      .filter(({ month }) => month > 0)
      .sort((a, b) => b.month - a.month),
    month: sum(({ month }) => month),
    fixedMonth: sum(({ fixedMonth }) => fixedMonth),
    afterFree: sum(({ afterFree }) => afterFree),
    perOrder: sum(({ perOrder: amount, price }) => amount * price.perUnit),
  };
}

/** Counts become what is billed: invocations have a duration, and of the requests at the start of a trace some are traced. */
function priced(
  usage: Usage,
  { memory, passThrough, tracedShares }: Measured,
  orders: number,
  times: Durations,
): Usage {
  const result = new Usage();
  let expressMs = 0;
  const amount = (of: Unit, at: string) =>
    usage.all.find(({ step, unit }) => unit === of && step === at)?.amount ?? 0;
  for (const { step, unit, amount: count } of usage.all) {
    if (unit === "lambda.request") {
      const mb = memory.get(step) ?? 0;
      const ms = billedMs(step, amount("call", step) / count, mb, times);
      result.add(step, "lambda.gbSecond", ((count * ms) / 1000) * (mb / 1024));
      expressMs += amount("expressTask", step) * ms;
    }
    if (unit === "root" && !passThrough.has(step)) {
      const share = tracedShares.get(step) ?? tracedShare((count * orders) / MONTH_SECONDS);
      result.add(step, "xray.trace", count * share);
    }
    if (!HELPERS.has(unit)) result.add(step, unit, count);
  }
  for (const { step, amount: count } of usage.all.filter(
    ({ unit }) => unit === "states.expressRequest",
  )) {
    const ms = expressMs + count * EXPRESS_STATES * STATE_MS;
    const rounded = Math.ceil(ms / count / EXPRESS_ROUND_MS) * EXPRESS_ROUND_MS;
    result.add(step, "states.expressGbSecond", ((count * rounded) / 1000) * EXPRESS_GB);
  }
  return result;
}

// Counted to compute others from.
const HELPERS: ReadonlySet<string> = new Set(["call", "root", "expressTask"]);

function tracedShare(perSecond: number): number {
  if (perSecond <= 1) return 1;
  return (1 + TRACED_SHARE * (perSecond - 1)) / perSecond;
}
