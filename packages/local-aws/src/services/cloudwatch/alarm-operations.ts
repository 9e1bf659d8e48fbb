import type { Alarm, AlarmHistoryItem, CompositeAlarm, MetricAlarm } from "./alarm.ts";
import type { AlarmState } from "./alarm-evaluation.ts";
import type { AlarmRegistry } from "./alarm-registry.ts";
import { invalidCombination, notFound } from "./cloudwatch-error.ts";
import { isPercentile } from "./datapoint.ts";
import { dimensionList } from "./metric-operations.ts";
import type { MetricQuery, MetricStat } from "./metric-queries.ts";
import { page } from "./page.ts";

type Input = Record<string, unknown>;

/** The operation `DescribeAlarms`; without types it lists metric alarms only, as AWS does. */
export function describeAlarms(registry: AlarmRegistry, input: Input): Input {
  const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, MaxRecords = 50 } = input;
  const types = (input["AlarmTypes"] ?? ["MetricAlarm"]) as string[];
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw invalidCombination("AlarmNames and AlarmNamePrefix cannot be given together.");
  }
  const names = AlarmNames as string[] | undefined;
  const found = registry.alarms.filter(
    ({ kind, state, settings: { name, actions } }) =>
      types.includes(kind) &&
      (names === undefined || names.includes(name)) &&
      (AlarmNamePrefix === undefined || name.startsWith(String(AlarmNamePrefix))) &&
      (StateValue === undefined || state === StateValue) &&
      (ActionPrefix === undefined ||
        Object.values(actions).some((arns) =>
          arns.some((arn) => arn.startsWith(`${ActionPrefix}`)),
        )),
  );
  found.sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  const { items, next } = page(found, Number(MaxRecords), input["NextToken"]);
  return {
    MetricAlarms: items.filter((alarm) => alarm.kind === "MetricAlarm").map(metricAlarm),
    CompositeAlarms: items.filter((alarm) => alarm.kind === "CompositeAlarm").map(compositeAlarm),
    ...next,
  };
}

/** The operation `DescribeAlarmHistory`. */
export function describeAlarmHistory(registry: AlarmRegistry, input: Input): Input {
  const { AlarmName, HistoryItemType, StartDate, EndDate, ScanBy, MaxRecords = 100 } = input;
  const types = (input["AlarmTypes"] ?? ["MetricAlarm"]) as string[];
  const kept = ({ alarm, kind, at, type }: AlarmHistoryItem) =>
    (AlarmName === undefined ? types.includes(kind) : alarm === AlarmName) &&
    (HistoryItemType === undefined || type === HistoryItemType) &&
    (StartDate === undefined || at >= Number(StartDate) * 1000) &&
    (EndDate === undefined || at <= Number(EndDate) * 1000);
  const found = registry.history.items.filter(kept);
  if (ScanBy !== "TimestampAscending") found.reverse();
  const { items, next } = page(found, Number(MaxRecords), input["NextToken"]);
  const AlarmHistoryItems = items.map(({ alarm, kind, at, type, summary, data }) => ({
    AlarmName: alarm,
    AlarmType: kind,
    Timestamp: at / 1000,
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: data,
  }));
  return { AlarmHistoryItems, ...next };
}

/** The operation `SetAlarmState`: the state holds until the alarm is evaluated next. */
export function setAlarmState(registry: AlarmRegistry, input: Input): void {
  const { AlarmName, StateValue, StateReason, StateReasonData = "" } = input;
  const alarm = registry.alarm(String(AlarmName));
  if (!alarm) throw notFound(`There is no alarm ${AlarmName}.`);
  registry.setState(alarm, StateValue as AlarmState, String(StateReason), String(StateReasonData));
}

/** The operations `EnableAlarmActions` and `DisableAlarmActions`; names of alarms that do not exist are ignored, as on AWS. */
export function switchAlarmActions(registry: AlarmRegistry, input: Input, enabled: boolean): void {
  for (const name of alarmNames(input)) {
    const alarm = registry.alarm(name);
    if (!alarm || alarm.actionsEnabled === enabled) continue;
    alarm.actionsEnabled = enabled;
    registry.noteConfiguration(
      alarm,
      `Alarm "${name}" actions ${enabled ? "enabled" : "disabled"}`,
    );
  }
}

/** The names in `AlarmNames`. */
export function alarmNames({ AlarmNames }: Input): string[] {
  return Array.isArray(AlarmNames) ? AlarmNames.map(String) : [];
}

function metricAlarm(alarm: MetricAlarm): Input {
  const { settings } = alarm;
  const metric = settings.isMath ? undefined : settings.queries.list[0]?.metric;
  const { datapointsToAlarm, treatMissingData } = settings.given;
  return {
    ...common(alarm),
    ...(metric ? oneMetric(metric) : { Metrics: settings.queries.list.map(mathMetric) }),
    EvaluationPeriods: settings.evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { DatapointsToAlarm: datapointsToAlarm }),
    Threshold: settings.threshold,
    ComparisonOperator: settings.comparisonOperator,
    ...(treatMissingData !== undefined && { TreatMissingData: treatMissingData }),
  };
}

function compositeAlarm(alarm: CompositeAlarm): Input {
  return { ...common(alarm), AlarmRule: alarm.settings.ruleText };
}

function common(alarm: Alarm): Input {
  const { name, description, actions } = alarm.settings;
  return {
    AlarmName: name,
    AlarmArn: alarm.arn,
    ...(description !== undefined && { AlarmDescription: description }),
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt / 1000,
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData && { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: alarm.changedAt / 1000,
    StateTransitionedTimestamp: alarm.changedAt / 1000,
  };
}

function oneMetric({ namespace, name, dimensions, statistic, period, unit }: MetricStat): Input {
  return {
    MetricName: name,
    Namespace: namespace,
    [isPercentile(statistic) ? "ExtendedStatistic" : "Statistic"]: statistic,
    Dimensions: dimensionList(dimensions),
    Period: period / 1000,
    ...(unit !== undefined && { Unit: unit }),
  };
}

function mathMetric({ id, expression, label, metric, returnData }: MetricQuery): Input {
  return {
    Id: id,
    ...(expression !== undefined && { Expression: expression }),
    ...(label !== undefined && { Label: label }),
    ...(metric && {
      MetricStat: {
        Metric: {
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: dimensionList(metric.dimensions),
        },
        Period: metric.period / 1000,
        Stat: metric.statistic,
        ...(metric.unit !== undefined && { Unit: metric.unit }),
      },
    }),
    ReturnData: returnData,
  };
}
