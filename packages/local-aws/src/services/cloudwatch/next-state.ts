import type { Alarm, CompositeAlarm, MetricAlarm, MetricAlarmSettings } from "./alarm.ts";
import { type AlarmState, EXTRA_PERIODS, evaluateAlarm } from "./alarm-evaluation.ts";
import { alarmTime, type TriggeringChild } from "./alarm-message.ts";
import type { MetricStore } from "./metric-store.ts";
import { stateReason } from "./state-reason.ts";
import { stateReasonData } from "./state-reason-data.ts";

/** A state that an alarm changes to, and why. */
export interface NextState {
  state: AlarmState;
  reason: string;
  /** JSON. */
  reasonData: string;
  /** The alarms that changed a composite alarm. */
  children?: TriggeringChild[];
}

/** The state that a metric alarm changes to at the end of a period; undefined if it keeps its state. */
export function nextMetricState(
  { settings, state }: MetricAlarm,
  store: MetricStore,
  times: { end: number; now: number },
): NextState | undefined {
  const { period, evaluationPeriods, queries, watched } = settings;
  const { end, now } = times;
  const count = evaluationPeriods + EXTRA_PERIODS;
  const start = end - count * period;
  const series = queries.compute(store, { start, end }).get(watched)?.[0];
  const periods = Array.from({ length: count }, (_, index) => {
    const at = start + index * period;
    return { at, value: series?.get(at) };
  });
  const next = evaluateAlarm(
    periods.map(({ value }) => value),
    settings,
    state,
  );
  if (next === state) return undefined;
  const reasonData = stateReasonData(settings, periods, {
    at: now,
    sampleCounts: sampleCounts(settings, store, { start, end }),
  });
  const countsDatapoints = settings.given.datapointsToAlarm !== undefined;
  const reason = stateReason(next, periods, settings, state, countsDatapoints);
  return { state: next, reason, reasonData };
}

/** How many samples the alarm's one metric has in each period. */
function sampleCounts(
  { isMath, queries, period }: MetricAlarmSettings,
  store: MetricStore,
  range: { start: number; end: number },
): ReadonlyMap<number, number> {
  const metric = isMath ? undefined : queries.list[0]?.metric;
  if (!metric) return new Map();
  const { unit } = metric;
  const found = [...store.datapoints(metric, { ...range, period, unit })];
  return new Map(found.map(([at, one]) => [at, one.statistic("SampleCount") ?? 0]));
}

/**
 * The state that a composite alarm changes to; undefined if it keeps its state.
 *
 * @param cause the alarm whose state has changed; undefined for a new composite alarm.
 */
export function nextCompositeState(
  alarm: CompositeAlarm,
  stateOf: (alarmName: string) => AlarmState,
  cause: Alarm | undefined,
): NextState | undefined {
  const state = alarm.settings.rule.holds(stateOf) ? "ALARM" : "OK";
  if (state === alarm.state) return undefined;
  const reason = cause
    ? `${cause.arn} transitioned to ${cause.state} at ${longDate(cause.changedAt)}`
    : `${alarm.arn} was created and its alarm rule evaluates to ${state}`;
  const children = cause ? [child(cause)] : [];
  const reasonData = JSON.stringify({
    triggeringAlarms: children.map(({ Arn, State }) => ({
      arn: Arn,
      state: { value: State.Value, timestamp: State.Timestamp },
    })),
  });
  return { state, reason, reasonData, children };
}

function child({ arn, state, changedAt }: Alarm): TriggeringChild {
  return { Arn: arn, State: { Value: state, Timestamp: alarmTime(changedAt) } };
}

/** `Wednesday 10 November, 2021 02:45:55 UTC`, as composite alarms write times. */
function longDate(at: number): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(at);
  const date = new Date(at).toISOString();
  return `${part({ weekday: "long" })} ${date.slice(8, 10)} ${part({ month: "long" })}, ${date.slice(0, 4)} ${date.slice(11, 19)} UTC`;
}
