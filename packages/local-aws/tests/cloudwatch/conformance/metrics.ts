import { ANYTHING, recorded, type Step } from "../../support/conformance.ts";
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

/** The label of these dynamic parts, e.g. of `LABEL: SUM`. */
const parts = (text: string) =>
  text.replace(/PROP\('[\w.]+'\)|[A-Z][A-Z_]+/g, (part) => `\${${part}}`);
const LABELS =
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html";
const METRIC = { Namespace: "N", MetricName: "m", Dimensions: [{ Name: "shop", Value: "one" }] };
const HOUR = { StartTime: 1_767_225_600, EndTime: 1_767_225_600 + 3600 };
const asked = (Label: string): Step => ({
  operation: "GetMetricData",
  input: {
    ...HOUR,
    MetricDataQueries: [
      { Id: "a", Label, MetricStat: { Metric: METRIC, Stat: "Sum", Period: 60 } },
    ],
  },
});
const dynamic = (text: string, shown: string): CloudWatchRow => ({
  what: `the label ${parts(text)} shows ${shown}`,
  source: LABELS,
  steps: [
    put(
      ...[4, 1, 3].map((Value, minute) => ({
        ...METRIC,
        Value,
        Timestamp: HOUR.StartTime + 60 * minute,
      })),
    ),
    {
      ...asked(parts(text)),
      answers: {
        Messages: [],
        MetricDataResults: [
          {
            Id: "a",
            Label: shown,
            StatusCode: "Complete",
            Timestamps: ANYTHING,
            Values: [3, 1, 4],
          },
        ],
      },
    },
  ],
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
  dynamic("LABEL: SUM", "m: 8"),
  dynamic("MIN to MAX, AVG of DATAPOINT_COUNT", `1 to 4, ${8 / 3} of 3`),
  dynamic("FIRST LAST FIRST_LAST_RANGE MIN_MAX_RANGE", "4 3 -1 3"),
  dynamic("PROP('Namespace') PROP('MetricName') PROP('Stat') PROP('Period')", "N m Sum 60"),
  dynamic("PROP('AccountId') PROP('Region')", "000000000000 eu-central-1"),
  dynamic("PROP('Dim.shop') PROP('Dim.other')", "one --"),
  {
    what: "a dynamic part of a label that is not served is refused by its name",
    source: LABELS,
    steps: [
      {
        ...asked(parts("MAX_TIME")),
        fails: `InvalidParameterValueException: metric query a: ${parts("MAX_TIME")} in its label is not supported by the local runtime; there are LABEL, AVG, DATAPOINT_COUNT, FIRST, FIRST_LAST_RANGE, LAST, MAX, MIN, MIN_MAX_RANGE, SUM, PROP('AccountId'), PROP('MetricName'), PROP('Namespace'), PROP('Period'), PROP('Region'), PROP('Stat') and PROP('Dim.NAME')`,
      },
    ],
  },
  {
    what: "statistics of both kinds in one request are refused",
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html",
    steps: [
      {
        ...statistics(60, { ExtendedStatistics: ["p90"] }),
        fails:
          "InvalidParameterCombinationException: The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.",
      },
    ],
  },
  {
    what: "a resolution is one second or a minute",
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html",
    steps: [
      put({ Value: 1, StorageResolution: 1 }, { Value: 1, StorageResolution: 60 }),
      {
        ...put({ Value: 1 }, { Value: 1, StorageResolution: 5 }),
        fails:
          "InvalidParameterValueException: The value 5 for parameter MetricData.member.2.StorageResolution is invalid; it is 1 or 60.",
      },
    ],
  },
];
