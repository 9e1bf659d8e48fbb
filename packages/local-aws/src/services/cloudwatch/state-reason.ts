import { double } from "../../kernel/json-double.ts";
import {
  type AlarmCondition,
  type AlarmState,
  breaching,
  COMPARISONS,
} from "./alarm-evaluation.ts";

/** A period that an alarm looked at. */
export interface EvaluatedPeriod {
  /** Its start, in epoch ms. */
  at: number;
  value: number | undefined;
}

/**
 * CloudWatch's sentence for a new state.
 *
 * @param periods those of the whole evaluation range, oldest first
 * @param countsDatapoints whether `datapointsToAlarm` was set
 */
export function stateReason(
  state: AlarmState,
  periods: readonly EvaluatedPeriod[],
  condition: AlarmCondition,
  previous: AlarmState,
  countsDatapoints: boolean,
): string {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData, threshold } = condition;
  const real = periods.filter(hasValue).slice(-evaluationPeriods);
  const missing = evaluationPeriods - real.length;
  if (state === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${count(missing, "datapoint")} ${were(missing)} unknown.`;
  }
  const treated =
    treatMissingData === "breaching" || treatMissingData === "notBreaching"
      ? `${count(missing, "missing datapoint")} ${were(missing)} treated as [${treatMissingData === "breaching" ? "Breaching" : "NonBreaching"}]`
      : undefined;
  if (real.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${count(missing, "period")} and ${treated}.`;
  }
  const telling = real.filter(({ value }) => breaching(condition, value) === (state === "ALARM"));
  // Too few good ones for a state of their own: the missing data decided.
  const shown = telling.length > 0 ? telling : real;
  const not = breaching(condition, (shown.at(-1) ?? shown[0])?.value ?? 0) ? "" : "not ";
  const list = [...shown].reverse().map(({ at, value }) => `${double(value)} (${date(at)})`);
  const verb = `${were(shown.length)} ${not}${COMPARISONS[condition.comparisonOperator]?.phrase} the threshold (${double(threshold)})`;
  if (missing > 0) {
    const filled = treated ? ` and ${treated}` : "";
    return `Threshold Crossed: ${count(shown.length, "datapoint")} [${list.join(", ")}] ${verb}${filled}.`;
  }
  if (!countsDatapoints) {
    return `Threshold Crossed: ${count(shown.length, "datapoint")} [${list.join(", ")}] ${verb}.`;
  }
  const least = state === "ALARM" ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${shown.length} out of the last ${evaluationPeriods} datapoints [${list.join(", ")}] ${verb} ` +
    `(minimum ${count(least, "datapoint")} for ${previous} -> ${state} transition).`
  );
}

function hasValue(period: EvaluatedPeriod): period is { at: number; value: number } {
  return period.value !== undefined;
}

function were(count: number): string {
  return count === 1 ? "was" : "were";
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function date(at: number): string {
  const [year = "", month, day] = new Date(at).toISOString().slice(0, 10).split("-");
  return `${day}/${month}/${year.slice(2)} ${new Date(at).toISOString().slice(11, 19)}`;
}
