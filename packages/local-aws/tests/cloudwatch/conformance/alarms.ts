import { ANYTHING, recorded, type Step } from "../../support/conformance.ts";
import { type CloudWatchRow, put } from "./row.ts";

const ABOVE = { comparisonOperator: "GreaterThanThreshold", threshold: 2, evaluationPeriods: 2 };
const AT = 1_767_225_600;
const SAID = {
  AlarmName: "a",
  AlarmArn: ANYTHING,
  AlarmConfigurationUpdatedTimestamp: AT,
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  MetricName: "m",
  Namespace: "N",
  Statistic: "Average",
  Dimensions: [],
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 2,
  ComparisonOperator: "GreaterThanThreshold",
};
const described = (more: object, after = 0): Step => ({
  operation: "DescribeAlarms",
  after,
  answers: { MetricAlarms: [{ ...SAID, ...more }], CompositeAlarms: [] },
});
const NEW = {
  StateValue: "INSUFFICIENT_DATA",
  StateReason: "Unchecked: Initial alarm creation",
  StateUpdatedTimestamp: AT,
  StateTransitionedTimestamp: AT,
};
const changed = (StateValue: string, StateReason: string, data: string) => ({
  StateValue,
  StateReason,
  StateReasonData: data,
  StateUpdatedTimestamp: ANYTHING,
  StateTransitionedTimestamp: ANYTHING,
});

/** What CloudWatch says of an alarm. */
export const ALARMS: CloudWatchRow[] = [
  {
    what: "an alarm tells only what it was given",
    source: recorded("test_describe_minimal_metric_alarm"),
    alarm: ABOVE,
    steps: [described(NEW)],
  },
  {
    what: "datapoints to alarm and missing data are told where they were given",
    source: recorded("test_breaching_alarm_actions"),
    alarm: { ...ABOVE, datapointsToAlarm: 1, treatMissingData: "ignore", unit: "Seconds" },
    steps: [
      described({ ...NEW, DatapointsToAlarm: 1, TreatMissingData: "ignore", Unit: "Seconds" }),
    ],
  },
  {
    what: "the sentence counts no datapoints where none were asked for, and samples are told",
    source: recorded("test_put_metric_alarm"),
    alarm: { ...ABOVE, evaluationPeriods: 1, unit: "Seconds" },
    steps: [
      put({ Values: [21, 22], Unit: "Seconds" }),
      described(
        {
          EvaluationPeriods: 1,
          Unit: "Seconds",
          ...changed(
            "ALARM",
            "Threshold Crossed: 1 datapoint [21.5 (01/01/26 00:00:00)] was greater than the threshold (2.0).",
            '{"version":"1.0","queryDate":"2026-01-01T00:01:01.000+0000","startDate":"2026-01-01T00:00:00.000+0000","unit":"Seconds","statistic":"Average","period":60,"recentDatapoints":[21.5],"threshold":2.0,"evaluatedDatapoints":[{"timestamp":"2026-01-01T00:00:00.000+0000","sampleCount":2.0,"value":21.5}]}',
          ),
        },
        70,
      ),
    ],
  },
  {
    what: "the sentence counts datapoints where they were asked for",
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    alarm: { ...ABOVE, evaluationPeriods: 1, datapointsToAlarm: 1 },
    steps: [
      put({ Value: 5 }),
      {
        ...described({
          EvaluationPeriods: 1,
          DatapointsToAlarm: 1,
          ...changed(
            "ALARM",
            "Threshold Crossed: 1 out of the last 1 datapoints [5.0 (01/01/26 00:00:00)] was greater than the threshold (2.0) (minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition).",
            ANYTHING,
          ),
        }),
        after: 70,
      },
    ],
  },
  {
    what: "periods without data are told by their times",
    source: recorded("test_breaching_alarm_actions"),
    alarm: { ...ABOVE, treatMissingData: "breaching" },
    steps: [
      described(
        {
          TreatMissingData: "breaching",
          ...changed(
            "ALARM",
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
            '{"version":"1.0","queryDate":"2026-01-01T00:00:01.000+0000","statistic":"Average","period":60,"recentDatapoints":[],"threshold":2.0,"evaluatedDatapoints":[{"timestamp":"2025-12-31T23:59:00.000+0000"},{"timestamp":"2025-12-31T23:58:00.000+0000"}]}',
          ),
        },
        70,
      ),
    ],
  },
];
