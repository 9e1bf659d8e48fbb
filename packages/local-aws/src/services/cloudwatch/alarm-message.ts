import { jsonDouble } from "../../kernel/json-double.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Alarm, MetricAlarm } from "./alarm.ts";
import type { AlarmState } from "./alarm-evaluation.ts";
import { isPercentile } from "./datapoint.ts";
import type { MetricQuery } from "./metric-queries.ts";

/** What a composite alarm reports about the alarms that changed it. */
export interface TriggeringChild {
  Arn: string;
  State: { Value: AlarmState; Timestamp: string };
}

// Names as alarms write them; CloudWatch kept the old ones for Europe.
const REGIONS: Record<string, string> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-central-2": "Europe (Zurich)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "eu-north-1": "EU (Stockholm)",
  "eu-south-1": "EU (Milan)",
  "eu-south-2": "Europe (Spain)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "sa-east-1": "South America (Sao Paulo)",
};

const STATISTICS: Record<string, string> = {
  SampleCount: "SAMPLE_COUNT",
  Average: "AVERAGE",
  Sum: "SUM",
  Minimum: "MINIMUM",
  Maximum: "MAXIMUM",
};

const MAX_SUBJECT = 100;

/** The subject of an alarm's notification: the new state, the name, shortened to fit, and the region's long name. */
export function alarmSubject(alarm: Alarm, region: string): string {
  const place = `in ${regionName(region)}`;
  const name = alarm.settings.name.replace(/[^\x20-\x7e]/g, "?");
  const room = MAX_SUBJECT - `${alarm.state}: "" ${place}`.length;
  const shown = name.length > room ? `${name.slice(0, room - 3)}...` : name;
  return `${alarm.state}: "${shown}" ${place}`;
}

/** The notification that an alarm publishes when its state has changed, as JSON. */
export function alarmMessage(
  { account, region }: Pick<Kernel, "account" | "region">,
  alarm: Alarm,
  oldState: AlarmState,
  children: TriggeringChild[],
): string {
  const { settings } = alarm;
  return JSON.stringify({
    AlarmName: settings.name,
    AlarmDescription: settings.description ?? null,
    AWSAccountId: account,
    ...(alarm.kind === "MetricAlarm" && {
      AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredAt),
    }),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: alarmTime(alarm.changedAt),
    Region: regionName(region),
    AlarmArn: alarm.arn,
    OldStateValue: oldState,
    OKActions: settings.actions.OK,
    AlarmActions: settings.actions.ALARM,
    InsufficientDataActions: settings.actions.INSUFFICIENT_DATA,
    ...(alarm.kind === "MetricAlarm"
      ? { Trigger: trigger(alarm) }
      : { AlarmRule: alarm.settings.ruleText, TriggeringChildren: children }),
  });
}

/** A time as alarms write it: `2026-01-01T00:00:00.000+0000`. */
export function alarmTime(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}

function trigger({ settings }: MetricAlarm): object {
  const rule = {
    Period: settings.period / 1000,
    EvaluationPeriods: settings.evaluationPeriods,
    ...(settings.given.datapointsToAlarm !== undefined && {
      DatapointsToAlarm: settings.given.datapointsToAlarm,
    }),
    ComparisonOperator: settings.comparisonOperator,
    Threshold: jsonDouble(settings.threshold),
    TreatMissingData: settings.treatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  if (settings.isMath) return { ...rule, Metrics: settings.queries.list.map(mathMetric) };
  const metric = settings.queries.list[0]?.metric;
  const statistic = metric?.statistic ?? "";
  return {
    MetricName: metric?.name,
    Namespace: metric?.namespace,
    StatisticType: isPercentile(statistic) ? "ExtendedStatistic" : "Statistic",
    Statistic: STATISTICS[statistic] ?? statistic,
    Unit: metric?.unit ?? null,
    Dimensions: dimensionList(metric?.dimensions),
    ...rule,
  };
}

function mathMetric({ id, expression, label, metric, returnData }: MetricQuery): object {
  return {
    Id: id,
    ...(label !== undefined && { Label: label }),
    ...(expression !== undefined && { Expression: expression }),
    ...(metric && {
      MetricStat: {
        Metric: {
          Dimensions: dimensionList(metric.dimensions),
          MetricName: metric.name,
          Namespace: metric.namespace,
        },
        Period: metric.period / 1000,
        Stat: metric.statistic,
        ...(metric.unit !== undefined && { Unit: metric.unit }),
      },
    }),
    ReturnData: returnData,
  };
}

function dimensionList(dimensions: Readonly<Record<string, string>> = {}): object[] {
  return Object.entries(dimensions).map(([name, value]) => ({ value, name }));
}

function regionName(region: string): string {
  return REGIONS[region] ?? region;
}
