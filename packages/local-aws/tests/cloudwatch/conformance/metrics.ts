import { ANYTHING, recorded } from "../../support/conformance.ts";
import { type CloudWatchRow, put } from "./row.ts";

const DAY = { StartTime: 1_767_225_615, EndTime: 1_767_225_615 + 86_400 };
const query = (Id: string, Stat: string, Period: number, Unit?: string) => ({
  Id,
  MetricStat: { Metric: { Namespace: "N", MetricName: "m" }, Stat, Period, ...(Unit && { Unit }) },
});
const labelled = (what: string, queries: object[], labels: string[]): CloudWatchRow => ({
  what: `labels tell ${what}`,
  source: recorded("test_label_generation"),
  steps: [
    {
      operation: "GetMetricData",
      input: { ...DAY, MetricDataQueries: queries },
      answers: {
        Messages: [],
        MetricDataResults: labels.map((Label) => ({
          Id: ANYTHING,
          Label,
          StatusCode: "Complete",
          Timestamps: [],
          Values: [],
        })),
      },
    },
  ],
});
const VALIDATION = recorded("test_put_metric_data_validation");
const refused = (what: string, datum: object, fails: string): CloudWatchRow => ({
  what,
  source: VALIDATION,
  steps: [{ ...put({ Value: 1 }, datum), fails }],
});
const SET = { SampleCount: 10, Sum: 55, Minimum: 1, Maximum: 10 };
const statistics = (Period: number, more: object = {}) => ({
  operation: "GetMetricStatistics",
  input: { ...DAY, Namespace: "N", MetricName: "m", Statistics: ["Sum"], Period, ...more },
});

/** What CloudWatch does with metrics. */
export const METRICS: CloudWatchRow[] = [
  labelled(
    "statistics and periods",
    [query("a", "Sum", 60), query("b", "Minimum", 30)],
    ["m Sum 60", "m Minimum 30"],
  ),
  labelled(
    "statistics",
    [query("a", "Sum", 60), query("b", "Minimum", 60)],
    ["m Sum", "m Minimum"],
  ),
  labelled("periods", [query("a", "Sum", 60), query("b", "Sum", 30)], ["m 60", "m 30"]),
  labelled("no units", [query("a", "Sum", 60), query("b", "Sum", 60, "Milliseconds")], ["m", "m"]),
  refused(
    "a value beside values is refused, and nothing is kept",
    { Value: 1, Values: [1] },
    "InvalidParameterCombinationException: The parameters MetricData.member.2.Value and MetricData.member.2.Values are mutually exclusive and you have specified both.",
  ),
  refused(
    "a value beside a set is refused",
    { Value: 1, StatisticValues: SET },
    "InvalidParameterCombinationException: The parameters MetricData.member.2.Value and MetricData.member.2.StatisticValues are mutually exclusive and you have specified both.",
  ),
  refused(
    "counts of another number than values are refused",
    { Values: [1, 2], Counts: [1] },
    "InvalidParameterValueException: The parameters MetricData.member.2.Values and MetricData.member.2.Counts must be of the same size.",
  ),
  {
    what: "values beside a set are taken",
    source: VALIDATION,
    steps: [put({ Values: [1, 10], StatisticValues: SET })],
  },
  {
    what: "a day at 60 seconds is 1,440 datapoints, wherever it begins",
    source: recorded("test_invalid_amount_of_datapoints"),
    steps: [
      { ...statistics(60), answers: { Label: "m", Datapoints: [] } },
      {
        ...statistics(60, { EndTime: DAY.EndTime + 60 }),
        fails:
          "InvalidParameterCombinationException: You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
      },
    ],
  },
];
