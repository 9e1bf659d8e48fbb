/** The states of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What an alarm does about periods without a value. */
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

/** When an alarm is in ALARM: M of the last N datapoints breach the threshold. */
export interface AlarmCondition {
  comparisonOperator: string;
  threshold: number;
  /** N. */
  evaluationPeriods: number;
  /** M; N where nothing was set. */
  datapointsToAlarm: number;
  treatMissingData: MissingData;
}

/** The comparison operators with one threshold, and their wording in a reason. */
export const COMPARISONS: Readonly<
  Record<string, { phrase: string; holds(value: number, threshold: number): boolean }>
> = {
  GreaterThanThreshold: { phrase: "greater than", holds: (value, limit) => value > limit },
  GreaterThanOrEqualToThreshold: {
    phrase: "greater than or equal to",
    holds: (value, limit) => value >= limit,
  },
  LessThanThreshold: { phrase: "less than", holds: (value, limit) => value < limit },
  LessThanOrEqualToThreshold: {
    phrase: "less than or equal to",
    holds: (value, limit) => value <= limit,
  },
};

/** How many periods beyond N are looked at, in case some are missing; AWS's own tables show 5 for N = 3. */
export const EXTRA_PERIODS = 2;

/**
 * The state of the last periods, oldest first, undefined for a period without a value. The current state is kept
 * where missing data is ignored.
 */
export function evaluateAlarm(
  values: readonly (number | undefined)[],
  condition: AlarmCondition,
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = condition;
  const breaches = (value: number) => breaching(condition, value);
  const real = values.filter((value) => value !== undefined);
  const judge = (count: number) => (count >= datapointsToAlarm ? "ALARM" : "OK");
  // With enough real datapoints in the range, older ones replace missing ones.
  if (real.length >= evaluationPeriods) {
    return judge(real.slice(-evaluationPeriods).filter(breaches).length);
  }
  const bad = real.filter(breaches).length;
  if (treatMissingData === "breaching") return judge(bad + evaluationPeriods - real.length);
  if (treatMissingData === "notBreaching") return judge(bad);
  if (real.length === 0) return treatMissingData === "ignore" ? current : "INSUFFICIENT_DATA";
  if (judge(bad) === "ALARM") return "ALARM";
  // Premature alarm: nothing but breaches since one that is as old as M. A good datapoint turns the rule off.
  const age = values.length - values.findIndex((value) => value !== undefined);
  if (bad < real.length || age < datapointsToAlarm) return "OK";
  return treatMissingData === "ignore" ? current : "ALARM";
}

/** Whether a value is on the alarm's side of the threshold. */
export function breaching({ comparisonOperator, threshold }: AlarmCondition, value: number) {
  return COMPARISONS[comparisonOperator]?.holds(value, threshold) === true;
}
