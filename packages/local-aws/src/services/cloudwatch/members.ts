import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const DIMENSIONS = ["Dimensions.Name", "Dimensions.Value"];
const DATUM = [
  "MetricName",
  ...DIMENSIONS,
  "Timestamp",
  "Value",
  "StatisticValues.SampleCount",
  "StatisticValues.Sum",
  "StatisticValues.Minimum",
  "StatisticValues.Maximum",
  "Values",
  "Counts",
  "Unit",
];
const QUERY = [
  "Id",
  "MetricStat.Metric.Namespace",
  "MetricStat.Metric.MetricName",
  ...DIMENSIONS.map((name) => `MetricStat.Metric.${name}`),
  "MetricStat.Period",
  "MetricStat.Stat",
  "MetricStat.Unit",
  "Expression",
  "Label",
  "ReturnData",
];
const ONE_ACCOUNT = "there is one account";
const NO_ENTITIES = "metrics have no entities here; use MetricData";
const NO_RELATIONS = "alarms are not listed by their relations";

/** What CloudWatch does with each member of its inputs. */
export const cloudwatchMembers: ServiceMembers = {
  DescribeAlarmHistory: {
    honours: [
      "AlarmName",
      "AlarmTypes",
      "HistoryItemType",
      "StartDate",
      "EndDate",
      "MaxRecords",
      "NextToken",
      "ScanBy",
    ],
    refuses: { AlarmContributorId: "alarms have no contributors" },
  },
  DescribeAlarms: {
    honours: [
      "AlarmNames",
      "AlarmNamePrefix",
      "AlarmTypes",
      "StateValue",
      "ActionPrefix",
      "MaxRecords",
      "NextToken",
    ],
    refuses: { ChildrenOfAlarmName: NO_RELATIONS, ParentsOfAlarmName: NO_RELATIONS },
  },
  DisableAlarmActions: { honours: ["AlarmNames"] },
  EnableAlarmActions: { honours: ["AlarmNames"] },
  GetDashboard: { honours: ["DashboardName"] },
  GetMetricData: {
    honours: [
      ...QUERY.map((name) => `MetricDataQueries.${name}`),
      "StartTime",
      "EndTime",
      "NextToken",
      "ScanBy",
      "MaxDatapoints",
    ],
    refuses: {
      "MetricDataQueries.Period": "an expression has the periods of its metrics",
      "MetricDataQueries.AccountId": ONE_ACCOUNT,
      "LabelOptions.Timezone": "labels hold no times",
    },
  },
  GetMetricStatistics: {
    honours: [
      "Namespace",
      "MetricName",
      ...DIMENSIONS,
      "StartTime",
      "EndTime",
      "Period",
      "Statistics",
      "ExtendedStatistics",
      "Unit",
    ],
  },
  ListDashboards: { honours: ["DashboardNamePrefix", "NextToken"] },
  ListMetrics: {
    honours: ["Namespace", "MetricName", ...DIMENSIONS, "NextToken", "RecentlyActive"],
    refuses: { IncludeLinkedAccounts: ONE_ACCOUNT, OwningAccount: ONE_ACCOUNT },
  },
  PutMetricData: {
    honours: ["Namespace", ...DATUM.map((name) => `MetricData.${name}`)],
    holds: {
      "MetricData.StorageResolution": "every value is kept by the second",
      StrictEntityValidation: "there are no entities to validate",
    },
    refuses: {
      "EntityMetricData.Entity.KeyAttributes": NO_ENTITIES,
      "EntityMetricData.Entity.Attributes": NO_ENTITIES,
      "EntityMetricData.MetricData.*": NO_ENTITIES,
    },
  },
  SetAlarmState: { honours: ["AlarmName", "StateValue", "StateReason", "StateReasonData"] },
};
