import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };

/** CloudWatch's Pulumi types. */
export const cloudwatchResourceTypes: ResourceType[] = [
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    honours: [
      "name",
      "alarmDescription",
      "metricName",
      "namespace",
      "dimensions",
      "statistic",
      "extendedStatistic",
      "unit",
      "period",
      "metricQueries",
      "evaluationPeriods",
      "datapointsToAlarm",
      "threshold",
      "comparisonOperator",
      "treatMissingData",
      "actionsEnabled",
      "alarmActions",
      "okActions",
      "insufficientDataActions",
    ],
    ignores: { ...TAGS, ...REGION },
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
      return { id: name, outputs: { name, arn } };
    },
  },
  {
    type: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    honours: [
      "alarmName",
      "alarmDescription",
      "alarmRule",
      "actionsEnabled",
      "alarmActions",
      "okActions",
      "insufficientDataActions",
    ],
    ignores: { ...TAGS, ...REGION },
    compute({ inputs }, { region, account }) {
      const alarmName = String(inputs["alarmName"]);
      const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:${alarmName}`;
      return { id: alarmName, outputs: { alarmName, arn } };
    },
  },
  {
    type: "aws:cloudwatch/dashboard:Dashboard",
    honours: ["dashboardName", "dashboardBody"],
    ignores: REGION,
    compute({ inputs }, { account }) {
      const dashboardName = String(inputs["dashboardName"]);
      const dashboardArn = `arn:aws:cloudwatch::${account}:dashboard/${dashboardName}`;
      return { id: dashboardName, outputs: { dashboardName, dashboardArn } };
    },
  },
];
