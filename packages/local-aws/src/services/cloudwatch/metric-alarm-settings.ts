import type { MetricAlarmSettings } from "./alarm.ts";
import { actionProblem } from "./alarm-actions.ts";
import { COMPARISONS, type MissingData } from "./alarm-evaluation.ts";
import { isPercentile, SIMPLE_STATISTICS } from "./datapoint.ts";
import { MetricQueries, type MetricQuery, periodProblem } from "./metric-queries.ts";

type Inputs = Record<string, unknown>;

const TREATMENTS: readonly unknown[] = ["missing", "ignore", "breaching", "notBreaching"];
const MAX_MATH_QUERIES = 10;
const MAX_ACTIONS = 5;
const DAY_S = 86_400;

/**
 * Reads the inputs of an `aws:cloudwatch/metricAlarm:MetricAlarm`, with the provider's defaults.
 *
 * @throws Error with the reason why CloudWatch would refuse them.
 */
export function metricAlarmSettings(name: string, inputs: Inputs): MetricAlarmSettings {
  checkAlarmName(name);
  const isMath = Array.isArray(inputs["metricQueries"]) && inputs["metricQueries"].length > 0;
  if (isMath === (inputs["metricName"] !== undefined)) {
    throw new Error("there must be either metricName or metricQueries");
  }
  const queries = new MetricQueries(
    isMath ? (inputs["metricQueries"] as Inputs[]).map(mathQuery) : [singleQuery(inputs)],
  );
  if (queries.list.length > MAX_MATH_QUERIES) {
    throw new Error(`metricQueries has ${queries.list.length} entries; an alarm allows 10`);
  }
  const watched = queries.list.filter(({ returnData }) => returnData);
  const [only] = watched;
  if (!only || watched.length > 1) {
    throw new Error(`exactly one metric query must have returnData: true, not ${watched.length}`);
  }
  if (queries.period === 0) throw new Error("metricQueries must have a metric");
  return {
    ...alarmSettings(name, inputs),
    ...condition(inputs, queries),
    queries,
    watched: only.id,
    isMath,
    period: queries.period,
  };
}

/** The settings that metric and composite alarms share. @throws Error where an action is invalid. */
export function alarmSettings(name: string, inputs: Inputs) {
  checkAlarmName(name);
  return {
    name,
    description: inputs["alarmDescription"] as string | undefined,
    actionsEnabled: inputs["actionsEnabled"] !== false,
    actions: {
      OK: actionsIn(inputs, "okActions"),
      ALARM: actionsIn(inputs, "alarmActions"),
      INSUFFICIENT_DATA: actionsIn(inputs, "insufficientDataActions"),
    },
  };
}

function checkAlarmName(name: string): void {
  if (name.length < 1 || name.length > 255) {
    throw new Error(`the alarm name ${name} must have 1 to 255 characters`);
  }
}

function actionsIn(inputs: Inputs, list: string): string[] {
  const arns = (inputs[list] ?? []) as string[];
  if (arns.length > MAX_ACTIONS) throw new Error(`${list} has ${arns.length} entries; 5 fit`);
  for (const arn of arns) {
    const problem = actionProblem(arn);
    if (problem) throw new Error(`${list}: ${problem}`);
  }
  return arns;
}

function condition(inputs: Inputs, queries: MetricQueries) {
  const { comparisonOperator, threshold, evaluationPeriods, treatMissingData = "missing" } = inputs;
  const { datapointsToAlarm = evaluationPeriods } = inputs;
  const operator = String(comparisonOperator);
  if (!Object.hasOwn(COMPARISONS, operator)) {
    throw new Error(
      `comparisonOperator ${operator} is not supported by the local runtime; there are ${Object.keys(COMPARISONS).join(", ")}`,
    );
  }
  if (typeof threshold !== "number") throw new Error("threshold is missing");
  const n = positive("evaluationPeriods", evaluationPeriods);
  const m = positive("datapointsToAlarm", datapointsToAlarm);
  if (m > n) throw new Error(`datapointsToAlarm ${m} is more than evaluationPeriods ${n}`);
  if (!TREATMENTS.includes(treatMissingData)) {
    throw new Error(`treatMissingData ${treatMissingData} must be one of ${TREATMENTS.join(", ")}`);
  }
  const seconds = queries.period / 1000;
  const most = seconds >= 3600 ? 7 * DAY_S : DAY_S;
  if (seconds * n > most) {
    throw new Error(
      `${n} evaluation periods of ${seconds} s are longer than ${most === DAY_S ? "a day" : "seven days"}`,
    );
  }
  return {
    comparisonOperator: operator,
    threshold,
    evaluationPeriods: n,
    datapointsToAlarm: m,
    treatMissingData: treatment(treatMissingData as MissingData, queries),
    given: {
      ...(inputs["datapointsToAlarm"] !== undefined && { datapointsToAlarm: m }),
      ...(inputs["treatMissingData"] !== undefined && {
        treatMissingData: treatMissingData as MissingData,
      }),
    },
  };
}

/** Alarms on DynamoDB's own metrics ignore missing data, regardless of their settings. */
function treatment(wanted: MissingData, queries: MetricQueries): MissingData {
  return queries.list.length === 1 && queries.list[0]?.metric?.namespace === "AWS/DynamoDB"
    ? "ignore"
    : wanted;
}

function singleQuery(inputs: Inputs): MetricQuery {
  const { namespace, metricName, dimensions, statistic, extendedStatistic, period, unit } = inputs;
  if (typeof namespace !== "string") throw new Error("namespace is missing");
  if ((statistic === undefined) === (extendedStatistic === undefined)) {
    throw new Error("there must be either statistic or extendedStatistic");
  }
  if (statistic !== undefined && !(SIMPLE_STATISTICS as readonly unknown[]).includes(statistic)) {
    throw new Error(`statistic ${statistic} must be one of ${SIMPLE_STATISTICS.join(", ")}`);
  }
  if (extendedStatistic !== undefined && !isPercentile(String(extendedStatistic))) {
    throw new Error(
      `extendedStatistic ${extendedStatistic} is not supported by the local runtime; use p0 to p100`,
    );
  }
  const problem = periodProblem(period);
  if (problem) throw new Error(problem);
  return {
    id: "m1",
    metric: {
      namespace,
      name: String(metricName),
      dimensions: (dimensions ?? {}) as Record<string, string>,
      statistic: String(statistic ?? extendedStatistic),
      period: Number(period) * 1000,
      unit: unit as string | undefined,
    },
    returnData: true,
  };
}

function mathQuery(inputs: Inputs): MetricQuery {
  const { id, expression, label, metric, returnData } = inputs;
  for (const name of ["accountId", "period"]) {
    if (inputs[name] !== undefined) {
      throw new Error(`metric query ${id}: ${name} is not supported by the local runtime`);
    }
  }
  const stat = metric as Inputs | undefined;
  return {
    id: String(id),
    expression: expression as string | undefined,
    label: label as string | undefined,
    metric: stat && {
      namespace: String(stat["namespace"]),
      name: String(stat["metricName"]),
      dimensions: (stat["dimensions"] ?? {}) as Record<string, string>,
      statistic: String(stat["stat"]),
      period: Number(stat["period"]) * 1000,
      unit: stat["unit"] as string | undefined,
    },
    returnData: returnData === true,
  };
}

function positive(name: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1) return Number(value);
  throw new Error(`${name} ${value} must be a whole number from 1 on`);
}
