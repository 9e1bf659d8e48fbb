import type { Bar } from "../../src/console/contract.ts";

/** A row of a waterfall. */
export type Row =
  | { kind: "bar"; bar: Bar; left: number; wait: number; width: number }
  /** Bars that people can do without, folded into one line. */
  | { kind: "folded"; key: string; bars: Bar[] };

/** A waterfall: its rows, and the time that it covers. */
export interface Waterfall {
  rows: Row[];
  from: number;
  to: number;
}

// Of the whole width: what took no time at all must still be seen.
const MIN_WIDTH = 0.004;

/**
 * Lays bars out over the time that they cover. Places and widths are parts of the whole.
 *
 * @param now Until when what is not over has gone on.
 * @param unfolded Whether bars that people can do without are shown.
 */
export function layOut(bars: readonly Bar[], now: number, unfolded: boolean): Waterfall {
  if (bars.length === 0) return { rows: [], from: now, to: now };
  const from = Math.min(...bars.map(({ waitingFrom }) => waitingFrom));
  const isPending = bars.some(({ to }) => to === undefined);
  const last = Math.max(...bars.map(({ from: start, to }) => to ?? start));
  const to = Math.max(isPending ? now : last, last, from + 1);
  const part = (time: number) => (time - from) / (to - from);
  const rows: Row[] = [];
  for (const bar of bars) {
    if (bar.minor && !unfolded) {
      const before = rows.at(-1);
      if (before?.kind === "folded") before.bars.push(bar);
      else rows.push({ kind: "folded", key: `folded:${bar.key}`, bars: [bar] });
      continue;
    }
    const end = bar.to ?? to;
    rows.push({
      kind: "bar",
      bar,
      left: part(bar.waitingFrom),
      wait: part(bar.from) - part(bar.waitingFrom),
      width: Math.max(MIN_WIDTH, part(end) - part(bar.from)),
    });
  }
  return { rows, from, to };
}

/** Round moments of a scale, in milliseconds from its beginning. */
export function ticks(length: number, count = 5): number[] {
  const rough = length / count;
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-9, rough)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}

/** How each state of a state machine went in a journey: the last attempt counts. */
export function statesOf(bars: readonly Bar[]): Map<string, Bar["tone"]> {
  const states = new Map<string, Bar["tone"]>();
  for (const { state, tone, key } of bars) {
    if (state === undefined || !key.startsWith("run:")) continue;
    states.set(state, tone === "notice" ? "good" : tone);
  }
  return states;
}
