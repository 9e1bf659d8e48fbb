/** What one rate of orders came to. */
export interface LoadResult {
  perSecond: number;
  offered: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Orders that were not accepted, by status. */
  refused: Record<string, number>;
  /** Processes of functions, the most at once. */
  functions: number;
  residentMegabytes: number;
  proportionalMegabytes: number;
  /** Processor time for each order, in milliseconds; undefined elsewhere than on Linux. */
  cpuMsPerOrder: { stack: number; functions: number } | undefined;
  /** Share of all cores that was used by others than the stack and this benchmark, of 1; only Linux tells. */
  others: number | undefined;
  /** Workflows that are over, by status. */
  ended: Record<string, number>;
  /** Orders that were accepted and whose workflow has not ended. */
  missing: number;
  doneAfterSeconds: number;
  /** Workflows per second once no more orders came; undefined where none was left. */
  drainPerSecond: number | undefined;
}

/** What is expected of one rate. */
export interface Goals {
  p99Ms: number;
  doneAfterSeconds?: number;
}

const MAX_FUNCTIONS = 30;
const MAX_MEGABYTES = 1_500;

/** What is expected of a rate on two cores that nobody else uses. */
export function goalsFor(perSecond: number): Goals {
  if (perSecond <= 20) return { p99Ms: 100, doneAfterSeconds: 1 };
  if (perSecond <= 60) return { p99Ms: 300, doneAfterSeconds: 8 };
  return { p99Ms: 1_000 };
}

/** Names the goals that a result misses. */
export function missedGoals(result: LoadResult, goals: Goals): string[] {
  const { perSecond, refused, missing, ended } = result;
  const { doneAfterSeconds = Number.POSITIVE_INFINITY } = goals;
  const most = (what: string, value: number, limit: number) =>
    value <= limit ? [] : [`${what} ${value}, at most ${limit} wanted`];
  const failures = Object.entries(refused).map(([status, count]) => `${count} answers ${status}`);
  const unsuccessful = Object.entries(ended)
    .filter(([status]) => status !== "SUCCEEDED")
    .map(([status, count]) => `${count} workflows ${status}`);
  return [
    ...failures,
    ...unsuccessful,
    ...(missing > 0 ? [`${missing} orders have not ended`] : []),
    ...most("p99 in ms", result.p99Ms, goals.p99Ms),
    ...most("processes of functions", result.functions, MAX_FUNCTIONS),
    ...most("megabytes", result.proportionalMegabytes, MAX_MEGABYTES),
    ...most("seconds to the last end", result.doneAfterSeconds, doneAfterSeconds),
  ].map((miss) => `${perSecond}/s: ${miss}`);
}
