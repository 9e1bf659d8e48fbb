import { timeOf } from "../parts/format.ts";

/** An alarm as CloudWatch describes it. */
export interface AlarmFacts {
  AlarmName: string;
  AlarmDescription?: string;
  StateValue: string;
  StateReason?: string;
  StateUpdatedTimestamp?: unknown;
  AlarmRule?: string;
  MetricName?: string;
  Threshold?: number;
  ComparisonOperator?: string;
}

/** A change of an alarm's state. */
export interface HistoryItem {
  Timestamp: unknown;
  HistorySummary?: string;
  HistoryItemType?: string;
}

/** For how long an alarm was in which state, as parts of the time that is shown. */
export interface Stretch {
  state: string;
  from: number;
  to: number;
}

/** What an alarm's history says of its state between two moments, the last stretch up to now. */
export function stretchesOf(
  items: readonly HistoryItem[],
  current: string,
  { from, to }: { from: number; to: number },
): Stretch[] {
  const changes = items
    .flatMap(({ HistoryItemType, HistorySummary = "", Timestamp }) => {
      const [, before, after] = /from (\w+) to (\w+)/.exec(HistorySummary) ?? [];
      return HistoryItemType === "StateUpdate" && before && after
        ? [{ at: timeOf(Timestamp), before, after }]
        : [];
    })
    .sort((a, b) => a.at - b.at);
  const stretches: Stretch[] = [];
  let at = from;
  let state =
    changes.find((change) => change.at >= from)?.before ?? changes.at(-1)?.after ?? current;
  for (const change of changes) {
    if (change.at < from) continue;
    stretches.push({ state, from: at, to: change.at });
    [at, state] = [change.at, change.after];
  }
  stretches.push({ state, from: at, to });
  return stretches.filter((one) => one.to > one.from);
}

/** Those in alarm first, then by name. */
export function inOrder(alarms: readonly AlarmFacts[]): AlarmFacts[] {
  const rank = ({ StateValue }: AlarmFacts) =>
    ["ALARM", "INSUFFICIENT_DATA", "OK"].indexOf(StateValue);
  return [...alarms].sort(
    (a, b) => Number(rank(a) > 0) - Number(rank(b) > 0) || (a.AlarmName < b.AlarmName ? -1 : 1),
  );
}
