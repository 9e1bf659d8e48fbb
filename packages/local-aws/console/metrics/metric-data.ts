import { aws } from "../calls.ts";
import type { ChartData } from "../parts/chart.tsx";
import { timeOf } from "../parts/format.ts";
import type { MetricLine } from "./metric-line.ts";

interface Results {
  MetricDataResults?: { Id: string; Timestamps?: unknown[]; Values?: number[] }[];
}

// GetMetricData takes no more at once.
const MAX_QUERIES = 500;

/** The values of metrics within the last minutes, on one scale of time. */
export async function readLines(
  lines: readonly MetricLine[],
  { minutes, period }: { minutes: number; period: number },
): Promise<ChartData> {
  const end = Math.ceil(Date.now() / 1000 / period) * period;
  const start = end - minutes * 60;
  const found: Results["MetricDataResults"] = [];
  for (let first = 0; first < lines.length; first += MAX_QUERIES) {
    const MetricDataQueries = lines.slice(first, first + MAX_QUERIES).map((line, index) => ({
      Id: `m${first + index}`,
      MetricStat: {
        Metric: {
          Namespace: line.namespace,
          MetricName: line.metric,
          Dimensions: Object.entries(line.dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: period,
        Stat: line.stat,
      },
    }));
    const { MetricDataResults = [] } = await aws<Results>("cloudwatch", "GetMetricData", {
      MetricDataQueries,
      StartTime: start,
      EndTime: end,
      ScanBy: "TimestampAscending",
    });
    found.push(...MetricDataResults);
  }
  const times = Array.from(
    { length: (end - start) / period },
    (_, n) => (start + n * period) * 1000,
  );
  return {
    times,
    lines: lines.map(({ label }, index) => {
      const { Timestamps = [], Values = [] } = found.find(({ Id }) => Id === `m${index}`) ?? {};
      const values = new Map(Timestamps.map((time, n) => [timeOf(time), Values[n] ?? null]));
      return { label, values: times.map((time) => values.get(time) ?? null) };
    }),
  };
}
