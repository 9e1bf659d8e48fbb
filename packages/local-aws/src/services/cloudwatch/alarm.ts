import type { AlarmCondition, AlarmState, MissingData } from "./alarm-evaluation.ts";
import type { AlarmRule } from "./alarm-rule.ts";
import type { MetricQueries } from "./metric-queries.ts";

/** Settings that metric and composite alarms share. */
export interface AlarmSettings {
  name: string;
  description?: string | undefined;
  actionsEnabled: boolean;
  /** ARNs of the actions for each state. */
  actions: Readonly<Record<AlarmState, readonly string[]>>;
}

/** What a metric alarm watches, and when it is in ALARM. */
export interface MetricAlarmSettings extends AlarmSettings, AlarmCondition {
  /** The one metric, as query `m1`, or what the alarm computes. */
  queries: MetricQueries;
  /** The query whose values are compared. */
  watched: string;
  /** Whether the program gave `metricQueries`, and not one metric. */
  isMath: boolean;
  /** What was set of `datapointsToAlarm` and `treatMissingData`; only that is shown. */
  given: { datapointsToAlarm?: number; treatMissingData?: MissingData };
  /** Milliseconds. */
  period: number;
}

/** When a composite alarm is in ALARM. */
export interface CompositeAlarmSettings extends AlarmSettings {
  /** The rule's own text. */
  ruleText: string;
  rule: AlarmRule;
}

interface AlarmRecord {
  arn: string;
  state: AlarmState;
  reason: string;
  /** JSON; empty until the alarm is evaluated. */
  reasonData: string;
  /** Epoch ms of the last change of the state. */
  changedAt: number;
  /** Epoch ms of the last change of the settings. */
  configuredAt: number;
  actionsEnabled: boolean;
}

/** A metric alarm and the state it is in. */
export interface MetricAlarm extends AlarmRecord {
  kind: "MetricAlarm";
  settings: MetricAlarmSettings;
}

/** A composite alarm and the state it is in. */
export interface CompositeAlarm extends AlarmRecord {
  kind: "CompositeAlarm";
  settings: CompositeAlarmSettings;
}

/** An alarm of either kind. */
export type Alarm = MetricAlarm | CompositeAlarm;

/** One line of an alarm's history. */
export interface AlarmHistoryItem {
  alarm: string;
  kind: Alarm["kind"];
  /** Epoch ms. */
  at: number;
  type: "ConfigurationUpdate" | "StateUpdate" | "Action";
  summary: string;
  /** JSON. */
  data: string;
}
