import { jsonDouble } from "../../kernel/json-double.ts";
import type { MetricAlarmSettings } from "./alarm.ts";
import { alarmTime } from "./alarm-message.ts";
import type { EvaluatedPeriod } from "./state-reason.ts";

/** When an alarm looked, and how many samples its one metric had in each period. */
interface Look {
  at: number;
  sampleCounts: ReadonlyMap<number, number>;
}

/** The reason data of a state change, as JSON; the periods are those of the whole range, oldest first. */
export function stateReasonData(
  { isMath, queries, period, threshold, evaluationPeriods }: MetricAlarmSettings,
  periods: readonly EvaluatedPeriod[],
  { at: now, sampleCounts }: Look,
): string {
  const metric = isMath ? undefined : queries.list[0]?.metric;
  const real = periods.filter(({ value }) => value !== undefined).slice(-evaluationPeriods);
  // With too little data, the periods without any are included.
  const looked =
    real.length < evaluationPeriods
      ? periods.slice(-evaluationPeriods).filter((one) => !real.includes(one))
      : [];
  const evaluated = [...real, ...looked].sort((one, other) => other.at - one.at);
  const [first] = real;
  return JSON.stringify({
    version: "1.0",
    queryDate: alarmTime(now),
    ...(first && { startDate: alarmTime(first.at) }),
    ...(metric?.unit !== undefined && { unit: metric.unit }),
    ...(metric && { statistic: metric.statistic }),
    period: period / 1000,
    recentDatapoints: real.map(({ value }) => jsonDouble(value ?? 0)),
    threshold: jsonDouble(threshold),
    evaluatedDatapoints: evaluated.map(({ at, value }) => {
      const samples = sampleCounts.get(at);
      return {
        timestamp: alarmTime(at),
        ...(samples !== undefined && { sampleCount: jsonDouble(samples) }),
        ...(value !== undefined && { value: jsonDouble(value) }),
      };
    }),
  });
}
